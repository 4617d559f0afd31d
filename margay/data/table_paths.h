// Where the pictures of a table lie.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "margay/data/table_columns.h"

namespace margay::data {

/// What is put around each path of a table.
struct TablePaths {
  std::filesystem::path root;  ///< absolute; what is relative starts here
  std::string suffix;
  bool backslashes = false;  ///< they separate folders, as on Windows
  bool guessed = false;      ///< neither said nor simply the paths as they stand

  /// The absolute path of a picture.
  std::string of(const std::string& path) const;
};

/// What the options say; where they say nothing and the paths as they stand lead nowhere, the folder beside
/// the table and the ending with which some of them, spread over the table, are files. `names` are the paths
/// as they stand in the table at `table`. Throws DataError where several places fit equally well.
TablePaths find_paths(const std::filesystem::path& table, const std::vector<std::string>& names,
                      const TableOptions& options);

}  // namespace margay::data
