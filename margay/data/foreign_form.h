// Tables that are written in a way that margay does not read.
#pragma once

#include <filesystem>

#include "margay/data/table_file.h"

namespace margay::data {

/// Throws FormatError for a table of one column whose first line has several names or a path with more behind
/// it, separated by what does not separate here, such as ':' or spaces, and for one whose values are in
/// single quotes.
void refuse_foreign_form(const Table& table, const std::filesystem::path& path);

}  // namespace margay::data
