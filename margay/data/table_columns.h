// Which columns of a table say where a picture is, what it shows and which split it belongs to.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "margay/data/table_file.h"

namespace margay::data {

/// How a table is read where it is not one of path,label,split.
struct TableOptions {
  std::string path_column{};     ///< empty: guessed where that is plain
  std::string label_column{};    ///< the same
  std::string split_column{};    ///< the same
  std::filesystem::path root{};  ///< folder or archive of the pictures; empty: the table's folder, or guessed
  std::optional<std::string> suffix{};  ///< what follows each path, such as ".jpg"; nothing: guessed
};

/// Whether a column of this name may say the split, by yes and no.
bool may_say_split(const std::string& column);

/// Whether one of the names is a usual one of a column with paths.
bool names_pictures(const std::vector<std::string>& columns);

/// What is asked of a table.
enum class TableUse {
  labelled,    ///< pictures, their classes and splits
  unlabelled,  ///< the same, but the classes come from elsewhere
  listed,      ///< pictures alone
};

/// The columns by name; `split` is empty where there is none.
struct TableColumns {
  std::string path;
  std::string label;  ///< empty where labels come from elsewhere
  std::string split;
  std::string split_if_true;           ///< where `split` says yes or no: the split of those that say yes
  std::vector<std::string> one_hot{};  ///< a column per class, with a 1 in that of the picture's own
  bool labels_from_folders = false;    ///< those in the paths (folder_labels)
  bool guessed = false;  ///< whether a name other than path, label and split was found by itself
};

/// Finds the columns: by the names that the options have, by "path", "label" and "split", or by usual names
/// such as filename, id, class and breed, where one column alone fits. A split may be said by a column such
/// as is_valid, a class by columns of 0 and 1 or, where there are no other columns, by the folders of the
/// paths. What `use` does not ask for is not looked for. Throws UsageError for a name that the table
/// does not have, FormatError that lists the columns where it is not plain.
TableColumns find_columns(const Table& table, const std::filesystem::path& path, const TableOptions& options,
                          TableUse use);

}  // namespace margay::data
