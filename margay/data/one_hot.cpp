// Every line is looked at before any is believed.
#include "margay/data/one_hot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "margay/core/option_text.h"
#include "margay/data/flag_text.h"
#include "margay/data/listed_names.h"

namespace margay::data {
namespace fs = std::filesystem;
namespace {

bool says_yes(const TableRow& row, size_t place) {
  return flag_of(row.values[place]).value_or(false);
}

void require_one(const TableRow& row, const std::vector<size_t>& places, const fs::path& path,
                 const std::vector<std::string>& names) {
  const auto count = std::ranges::count_if(places, [&](size_t place) { return says_yes(row, place); });
  if (count == 1) return;
  refuse_line(
      path, row.line,
      count == 0
          ? fmt::format("none of the columns of 0 and 1 ({}) has the 1 of a class", listed_names(names))
          : fmt::format("{} of the columns of 0 and 1 ({}) have a 1, expected that of one class", count,
                        listed_names(names)),
      count == 0 ? "take the line out, or say with `label_column` which column has the class"_worded
                 : "margay tells one class of each picture, and does not learn several labels of one "
                   "(multi-label): `label_column` says which column is to be learned"_worded);
}

}  // namespace

std::vector<std::string> one_hot_columns(const Table& table, const fs::path& path,
                                         const std::vector<std::string>& columns) {
  std::vector<std::string> names;
  std::vector<size_t> places;
  for (const std::string& column : columns) {
    const size_t place = place_of(table, column);
    if (!std::ranges::all_of(table.rows,
                             [&](const TableRow& row) { return flag_of(row.values[place]).has_value(); }))
      continue;
    names.push_back(column);
    places.push_back(place);
  }
  if (names.size() < 2 || table.rows.empty()) return {};
  for (const TableRow& row : table.rows) require_one(row, places, path, names);
  return names;
}

std::vector<std::string> one_hot_labels(const Table& table, const std::vector<std::string>& columns) {
  std::vector<size_t> places;
  for (const std::string& column : columns) places.push_back(place_of(table, column));
  std::vector<std::string> labels;
  for (const TableRow& row : table.rows) {
    const auto yes = std::ranges::find_if(places, [&](size_t place) { return says_yes(row, place); });
    labels.push_back(yes == places.end() ? std::string() : table.columns[*yes]);
  }
  return labels;
}

}  // namespace margay::data
