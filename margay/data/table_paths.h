// Where the pictures of a table lie.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "margay/data/table_columns.h"

namespace margay::data {

/// What is put around each path of a table.
struct TablePaths {
  std::filesystem::path root;  ///< absolute; what is relative starts here
  std::string suffix;
  bool backslashes = false;   ///< they separate folders, as on Windows
  bool guessed = false;       ///< neither said nor simply the paths as they stand
  bool absolute = false;      ///< some begin at the root of a machine, and not at `root`
  bool lacks_suffix = false;  ///< none ends as pictures do, and nothing says what to put behind them
  /// Where pictures lie in several folders or end differently: by the path in the table, the one from `root`
  /// on.
  std::map<std::string, std::string> found{};

  /// The absolute path of a picture.
  std::string of(const std::string& path) const;
};

/// Where pictures were looked for, and what helps, for people.
std::string describe_search(const TablePaths& paths);

/// What the options say; where they say nothing and the paths as they stand lead nowhere, what lies beside
/// the table, a few folders deep: the folder and the ending with which all are files that are any, or the
/// only file of each name. Folders called like another split than the table are not looked into. `names` are
/// the paths as they stand in the table at `table`. Throws DataError where several places fit equally well.
TablePaths find_paths(const std::filesystem::path& table, const std::vector<std::string>& names,
                      const TableOptions& options);

}  // namespace margay::data
