// Names are compared without case, spaces and underscores, and without the s of a plural.
#include "margay/data/table_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "margay/core/error.h"
#include "margay/core/lower_case.h"
#include "margay/data/split_names.h"

namespace margay::data {
namespace {

constexpr const char* kWhere = "data.manifest";

/// The better a name tells, the earlier it stands.
constexpr std::array<std::string_view, 16> kPathNames{
    "path",      "filepath", "imagepath", "imgpath", "picturepath", "filename", "file",    "imagefile",
    "imagename", "imgname",  "image",     "img",     "picture",     "photo",    "imageid", "id"};
constexpr std::array<std::string_view, 11> kLabelNames{"label",    "class",        "classname", "labelname",
                                                       "category", "categoryname", "target",    "species",
                                                       "breed",    "tag",          "y"};
constexpr std::array<std::string_view, 5> kSplitNames{"split", "dataset", "subset", "partition", "usage"};

std::string plain(std::string_view name) {
  std::string text;
  for (const char c : lower_case(std::string(name)))
    if (c != ' ' && c != '_' && c != '-' && c != '.') text += c;
  // "class" is no plural.
  if (text.size() > 2 && text.ends_with('s') && !text.ends_with("ss")) text.pop_back();
  return text;
}

std::string listed(const Table& table) {
  return fmt::format("{}", fmt::join(table.columns, ", "));
}

/// The column that an option names.
std::string named(const Table& table, const std::string& wanted, std::string_view option) {
  for (const bool exactly : {true, false})
    for (const std::string& column : table.columns)
      if (exactly ? column == wanted : lower_case(column) == lower_case(wanted)) return column;
  throw UsageError(kWhere, fmt::format("{} {}: the table has no such column, they are: {}", option, wanted,
                                       listed(table)));
}

/// The column that bears the first of the names; empty where none does, or two do.
template <class Names>
std::string usual(const Table& table, const Names& names, const std::vector<std::string>& taken) {
  for (const std::string_view name : names) {
    std::vector<std::string> found;
    for (const std::string& column : table.columns)
      if (plain(column) == name && std::ranges::find(taken, column) == taken.end()) found.push_back(column);
    if (found.size() == 1) return found[0];
    if (found.size() > 1) return {};
  }
  return {};
}

size_t place_of(const Table& table, const std::string& column) {
  return static_cast<size_t>(std::ranges::find(table.columns, column) - table.columns.begin());
}

/// A column that is called so by chance has other values.
bool names_splits(const Table& table, const std::string& column) {
  const size_t place = place_of(table, column);
  return std::ranges::all_of(table.rows, [&](const TableRow& row) {
    return row.values[place].empty() || !split_of_name(row.values[place]).empty();
  });
}

[[noreturn]] void refuse(const Table& table, const std::filesystem::path& path, std::string_view what,
                         std::string_view option) {
  refuse_line(
      path, 1,
      fmt::format("no column is called '{}', and none is plainly it; the columns are: {}", what,
                  listed(table)),
      fmt::format("the first line names the columns: path,label or path,label,split; or say which it is with "
                  "{}",
                  option));
}

}  // namespace

bool names_pictures(const std::vector<std::string>& columns) {
  return std::ranges::any_of(columns, [](const std::string& column) {
    return std::ranges::find(kPathNames, plain(column)) != kPathNames.end();
  });
}

TableColumns find_columns(const Table& table, const std::filesystem::path& path, const TableOptions& options,
                          bool needs_label) {
  TableColumns found;
  const auto is_there = [&](std::string_view name) {
    return std::ranges::count(table.columns, name,
                              [](const std::string& column) { return lower_case(column); });
  };
  for (const char* name : {"path", "label", "split"})
    if (is_there(name) > 1) refuse_line(path, 1, fmt::format("two columns are called {}", name));
  if (!options.path_column.empty()) found.path = named(table, options.path_column, "--path-column");
  if (!options.label_column.empty()) found.label = named(table, options.label_column, "--label-column");
  if (!options.split_column.empty()) found.split = named(table, options.split_column, "--split-column");
  if (found.path.empty()) found.path = usual(table, kPathNames, {found.label, found.split});
  if (found.path.empty()) refuse(table, path, "path", "--path-column");
  if (found.label.empty() && needs_label) found.label = usual(table, kLabelNames, {found.path, found.split});
  if (found.label.empty() && needs_label && table.columns.size() == 2)
    found.label = table.columns[found.path == table.columns[0] ? 1 : 0];
  if (found.label.empty() && needs_label) refuse(table, path, "label", "--label-column");
  if (found.split.empty() && is_there("split") == 1) found.split = usual(table, kSplitNames, {});
  if (found.split.empty()) {
    found.split = usual(table, kSplitNames, {found.path, found.label});
    if (!found.split.empty() && !names_splits(table, found.split)) found.split.clear();
  }
  const auto is_guess = [](const std::string& column, std::string_view name, const std::string& told) {
    return told.empty() && !column.empty() && lower_case(column) != name;
  };
  found.guessed = is_guess(found.path, "path", options.path_column) ||
                  is_guess(found.label, "label", options.label_column) ||
                  is_guess(found.split, "split", options.split_column);
  return found;
}

}  // namespace margay::data
