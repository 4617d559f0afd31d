// What may stand before the records of a table.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace margay::data {

/// What was taken off the front of a table.
struct TableStart {
  size_t lines = 0;                 ///< before the rest, ends of which are gone
  std::optional<char> separator{};  ///< as Excel writes it into a line of its own: "sep=;"
};

/// Takes off Excel's line, and remarks that begin with '#'. Of a line "# path,label" that names the columns,
/// as no line behind it does, only the '#' is taken.
TableStart take_start(std::string_view& text);

/// The values of a plain line without quotes; separated by spaces where it has no other separator.
std::vector<std::string> plain_fields(std::string_view line);

}  // namespace margay::data
