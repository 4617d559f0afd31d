// Tables for the terminal.
#pragma once

#include <string>
#include <vector>

namespace margay::text {

enum class Align { left, right };

/// Rows of equally many cells as columns, three spaces apart, each row with its line feed; cells are made
/// printable and count as many columns as a terminal shows them in. The first column is aligned left, the
/// others as `others` says.
std::string format_text_table(std::vector<std::vector<std::string>> rows, Align others);

}  // namespace margay::text
