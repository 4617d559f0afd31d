// Lists as research publishes them: a line per picture, "cats/1.jpg 0", mostly without a line of names.
#pragma once

#include <filesystem>

#include "margay/data/table_file.h"

namespace margay::data {

/// A table of a .txt: lines of path, label and perhaps split, separated as those of a CSV file are, or of
/// path and label, separated by spaces of which the last count, or of paths alone. The first line names the
/// columns where a column for paths is among them. Throws FormatError with the number of the line, IoError.
Table read_text_list(const std::filesystem::path& path);

}  // namespace margay::data
