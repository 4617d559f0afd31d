// Tables of other programs, which are refused with what to do instead.
#pragma once

#include <filesystem>

namespace margay::data {

/// Throws FormatError for a spreadsheet (.xlsx, .ods), a table of columns (.parquet) or of a database, or one
/// document of JSON, by the name of the file, or by its first bytes where it is called .csv or .txt.
void refuse_foreign_table(const std::filesystem::path& path);

}  // namespace margay::data
