// From the columns of a table to path, label and split.
#include "margay/data/picture_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string_view>
#include <utility>

#include "margay/core/file_system.h"
#include "margay/core/option_text.h"
#include "margay/core/utf8.h"
#include "margay/data/flag_text.h"
#include "margay/data/folder_labels.h"
#include "margay/data/foreign_table.h"
#include "margay/data/listed_names.h"
#include "margay/data/one_hot.h"
#include "margay/data/table_paths.h"

namespace margay::data {
namespace fs = std::filesystem;
namespace {

/// "https" of "https://example.org/1.jpg"; empty where the path is no address.
std::string_view scheme_of(std::string_view path) {
  constexpr std::string_view kSigns = "+-.";
  const size_t end = path.find("://");
  if (end == path.npos || end < 2) return {};  // one letter is a drive
  const std::string_view scheme = path.substr(0, end);
  const auto fits = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kSigns.find(c) != kSigns.npos;
  };
  return std::ranges::all_of(scheme, fits) ? scheme : std::string_view();
}

/// Nothing is downloaded, and no folder here would have such a file.
void refuse_addresses(const fs::path& table, const std::string& column, const std::vector<TableRow>& rows) {
  constexpr size_t kShownLetters = 80;
  for (const TableRow& row : rows) {
    const std::string& path = row.values[kPath];
    const std::string_view scheme = scheme_of(path);
    if (scheme.empty()) continue;
    refuse_line(table, row.line,
                fmt::format("'{}' is the address {}, and pictures must be files on this machine", column,
                            shortened(path, kShownLetters)),
                scheme == "file" ? "write the path alone, without file://"
                                 : "download them, and write the paths of the files");
  }
}

/// Paths become absolute: however one is written, it is one path.
TablePaths place_pictures(const fs::path& table, const TableOptions& options, std::vector<TableRow>& rows) {
  if (rows.empty()) return {};
  std::vector<std::string> names;
  for (const TableRow& row : rows) names.push_back(row.values[kPath]);
  TablePaths paths = find_paths(table, names, options);
  for (TableRow& row : rows) row.values[kPath] = paths.of(row.values[kPath]);
  return paths;
}

/// What was found out about a table that is not plainly one of path,label: "a table, separated by ';' (path
/// in 'id', class in 'breed', pictures are train/*.jpg)".
std::string describe_reading(const TableColumns& columns, const TablePaths& paths, const fs::path& table,
                             const std::string& form) {
  std::vector<std::string> parts;
  if (columns.guessed) {
    parts.push_back(fmt::format("path in '{}'", columns.path));
    if (!columns.label.empty()) parts.push_back(fmt::format("class in '{}'", columns.label));
    if (!columns.split.empty())
      parts.push_back(fmt::format(
          "split in '{}'{}", columns.split,
          columns.split_if_true.empty() ? "" : fmt::format(" (yes is {})", columns.split_if_true)));
  }
  if (!columns.one_hot.empty())
    parts.push_back(fmt::format("class is the column with the 1 ({})", listed_names(columns.one_hot)));
  if (columns.labels_from_folders) parts.emplace_back("class is the folder of each picture");
  if (!paths.found.empty()) {
    std::set<std::string> folders;
    for (const auto& [name, place] : paths.found) folders.insert(fs::path(place).parent_path().string());
    parts.push_back(fmt::format("pictures lie in {} folder{}, found by name", folders.size(),
                                folders.size() == 1 ? "" : "s"));
  } else if (paths.guessed) {
    const fs::path root = paths.root.lexically_relative(absolute_path(table).parent_path());
    parts.push_back(
        fmt::format("pictures are {}", (root / ("*" + paths.suffix)).lexically_normal().string()));
  }
  return fmt::format("a manifest{}{}{}", form.empty() ? "" : ", " + form, parts.empty() ? "" : ": ",
                     fmt::join(parts, ", "));
}

/// A column of yes and no becomes one of splits.
void name_flagged_splits(Table& table, const TableColumns& columns) {
  const size_t place = place_of(table, columns.split);
  const std::string otherwise = columns.split_if_true == "train" ? "validation" : "train";
  for (TableRow& row : table.rows) {
    row.values[place] = flag_of(row.values[place]).value_or(false) ? columns.split_if_true : otherwise;
    std::erase(row.structured, place);
  }
}

/// Path, label and split of each row, as they stand in the columns that have them.
Table choose_columns(const Table& table, const fs::path& path, const TableColumns& columns) {
  std::vector<std::string> wanted{columns.path};
  if (!columns.label.empty()) wanted.push_back(columns.label);
  const size_t required = wanted.size();
  if (!columns.split.empty()) wanted.push_back(columns.split);
  Table chosen = select_columns(table, path, wanted, required);
  for (TableRow& row : chosen.rows) {
    if (columns.label.empty()) row.values.insert(row.values.begin() + kLabel, "");
    row.values.resize(kSplit + 1);
  }
  std::erase_if(chosen.other_columns, [&](const std::string& name) {
    // Numbers of the lines, as pandas writes them; of a run's manifest, for whoever compares contents.
    return name.empty() || name == "hash" ||
           std::ranges::find(columns.one_hot, name) != columns.one_hot.end();
  });
  return chosen;
}

void label_by_folders(const fs::path& path, bool has_splits, std::vector<TableRow>& rows) {
  std::vector<std::string> paths;
  for (const TableRow& row : rows) paths.push_back(row.values[kPath]);
  std::vector<FolderLabel> labels = folder_labels(paths);
  for (size_t i = 0; i < rows.size(); ++i) {
    if (labels[i].label.empty())
      refuse_line(
          path, rows[i].line, "no column is called 'label', and the path has no folder that is the class",
          "name the class beside each path: path,label; or say with `label_pattern` how names tell it"_worded);
    rows[i].values[kLabel] = std::move(labels[i].label);
    if (!has_splits) rows[i].values[kSplit] = std::move(labels[i].split);
  }
}

void fill_in_labels(const Table& table, const fs::path& path, const TableColumns& columns,
                    std::vector<TableRow>& rows) {
  if (columns.labels_from_folders) label_by_folders(path, !columns.split.empty(), rows);
  if (columns.one_hot.empty()) return;
  std::vector<std::string> labels = one_hot_labels(table, columns.one_hot);
  for (size_t i = 0; i < rows.size(); ++i) rows[i].values[kLabel] = std::move(labels[i]);
}

}  // namespace

PictureRows read_picture_rows(const fs::path& path, const TableOptions& options, TableUse use) {
  refuse_foreign_table(path);
  Table table = read_table(path, absolute_path(path).parent_path() / options.root);
  if (table.columns.empty()) return {};
  TableColumns columns = find_columns(table, path, options, use);
  if (use != TableUse::labelled) columns.label.clear();
  if (!columns.split_if_true.empty()) name_flagged_splits(table, columns);
  Table chosen = choose_columns(table, path, columns);
  refuse_addresses(path, columns.path, chosen.rows);
  fill_in_labels(table, path, columns, chosen.rows);
  const TablePaths paths = place_pictures(path, options, chosen.rows);
  return {std::move(chosen.rows), describe_reading(columns, paths, path, chosen.form), describe_search(paths),
          std::move(chosen.other_columns)};
}

}  // namespace margay::data
