// A column per class, with a 1 in that of the picture's own, as competitions publish their tables.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "margay/data/table_file.h"

namespace margay::data {

/// Those of `columns` whose values all say yes or no, where there are two or more of them; else none. Throws
/// FormatError for a line in which not exactly one says yes.
std::vector<std::string> one_hot_columns(const Table& table, const std::filesystem::path& path,
                                         const std::vector<std::string>& columns);

/// For each row the one of `columns` that says yes.
std::vector<std::string> one_hot_labels(const Table& table, const std::vector<std::string>& columns);

}  // namespace margay::data
