// Columns are found one after the other, each among those that are left.
#include "margay/data/list_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "margay/data/entry_kind.h"
#include "margay/data/split_names.h"

namespace margay::data {
namespace fs = std::filesystem;
namespace {

using Fits = std::function<bool(const std::string&)>;

bool all_fit(const Table& table, size_t column, const Fits& fits) {
  return std::ranges::all_of(table.rows, [&](const TableRow& row) { return fits(row.values[column]); });
}

bool has_picture_name(const std::string& value) {
  return is_named_as_picture(fs::path(value));
}

bool has_folder(const std::string& value) {
  return value.find('/') != value.npos || value.find('\\') != value.npos;
}

/// A path may have any name.
size_t find_path(const Table& table, size_t columns) {
  for (const Fits& fits : {Fits(has_picture_name), Fits(has_folder)})
    for (size_t column = 0; column < columns; ++column)
      if (all_fit(table, column, fits)) return column;
  return 0;
}

/// 1, 2, 3 ... or from 0 on, in more lines than there could be classes that happen to be so.
bool counts_lines(const Table& table, size_t column) {
  constexpr size_t kFewest = 3;
  for (size_t i = 0; i < table.rows.size(); ++i)
    if (const std::string& value = table.rows[i].values[column];
        value != fmt::format("{}", i) && value != fmt::format("{}", i + 1))
      return false;
  return table.rows.size() >= kFewest;
}

/// Whether all are splits, if perhaps some misspelt.
bool has_splits(const Table& table, size_t column) {
  const Fits is_split = [](const std::string& value) { return !split_of_name(value).empty(); };
  return all_fit(table, column,
                 [&](const std::string& value) {
                   return is_split(value) || !split_misspelt_as(value).empty();
                 }) &&
         std::ranges::any_of(table.rows, [&](const TableRow& row) { return is_split(row.values[column]); });
}

}  // namespace

void name_list_columns(Table& table, const fs::path& path) {
  if (table.rows.empty()) return;
  const size_t columns = table.rows[0].values.size(), path_column = find_path(table, columns);
  std::vector<size_t> rest;
  for (size_t column = 0; column < columns; ++column)
    if (column != path_column && !(column == 0 && counts_lines(table, column))) rest.push_back(column);
  std::optional<size_t> split;
  if (rest.size() > 1 && has_splits(table, rest.back())) {
    split = rest.back();
    rest.pop_back();
  }
  if (rest.size() > 1)
    refuse_line(path, table.rows[0].line,
                fmt::format("{} fields, expected a path, a label and perhaps a split", columns),
                "a first line that names the columns, such as path,label,width, says which are meant");
  table.columns.assign(columns, "");
  table.columns[path_column] = "path";
  if (split) table.columns[*split] = "split";
  if (rest.empty()) return;
  table.columns[rest[0]] = "label";
  if (rest[0] < path_column) table.form += table.form.empty() ? "label before path" : ", label before path";
}

}  // namespace margay::data
