// What a table says of pictures, of whatever columns and wherever those lie.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "margay/data/table_columns.h"
#include "margay/data/table_file.h"

namespace margay::data {

/// Places in the values of PictureRows::rows.
enum PictureColumn { kPath, kLabel, kSplit };

/// A row per picture.
struct PictureRows {
  std::vector<TableRow> rows;  ///< of absolute path, label and split, as the table has them
  std::string layout;          ///< what was understood, for people
  std::string looked_for;      ///< where pictures were looked for, for people
  std::vector<std::string> other_columns;
};

/// Reads a table (see read_table); where `use` does not ask for labels they are empty. Throws what
/// find_columns and find_paths throw, and FormatError with the number of the line.
PictureRows read_picture_rows(const std::filesystem::path& path, const TableOptions& options, TableUse use);

}  // namespace margay::data
