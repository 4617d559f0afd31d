// Lists as research publishes them: a line per picture, "cats/1.jpg 0", mostly without a line of names.
#pragma once

#include <filesystem>

#include "margay/data/table_file.h"

namespace margay::data {

/// A table of a .txt: lines whose fields are separated as those of a CSV file are, or by spaces. The first
/// line names the columns where one for paths is among them; else what is in them says which is path, label
/// and split (name_list_columns, read_word_list). `root` is where paths begin. Throws FormatError with the
/// number of the line, IoError.
Table read_text_list(const std::filesystem::path& path, const std::filesystem::path& root);

}  // namespace margay::data
