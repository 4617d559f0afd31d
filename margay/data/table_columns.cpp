// Names are compared without case, spaces and underscores, and without the s of a plural.
#include "margay/data/table_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "margay/core/error.h"
#include "margay/core/lower_case.h"
#include "margay/core/option_text.h"
#include "margay/data/flag_text.h"
#include "margay/data/listed_names.h"
#include "margay/data/one_hot.h"
#include "margay/data/split_names.h"

namespace margay::data {
namespace {

constexpr const char* kWhere = "data.manifest";

/// The better a name tells, the earlier it stands.
constexpr std::array<std::string_view, 18> kPathNames{
    "path",  "filepath", "imagepath", "imgpath",   "picturepath", "filename",
    "fname", "file",     "imagefile", "imagename", "imgname",     "image",
    "img",   "picture",  "photo",     "imageid",   "id",          "name"};
constexpr std::array<std::string_view, 11> kLabelNames{"label",    "class",        "classname", "labelname",
                                                       "category", "categoryname", "target",    "species",
                                                       "breed",    "tag",          "y"};
/// Columns of yes and no. A column called train is rather one of a class.
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kSplitFlags{
    {{"valid", "validation"},
     {"validation", "validation"},
     {"val", "validation"},
     {"holdout", "validation"},
     {"test", "test"},
     {"istrain", "train"},
     {"istraining", "train"},
     {"istrainingimage", "train"},
     {"isvalid", "validation"},
     {"isvalidation", "validation"},
     {"isval", "validation"},
     {"isdev", "validation"},
     {"istest", "test"},
     {"istesting", "test"}}};
constexpr std::array<std::string_view, 8> kSplitNames{"split", "dataset",   "subset", "partition",
                                                      "usage", "datasplit", "set",    "phase"};

std::string plain(std::string_view name) {
  std::string text;
  for (const char c : lower_case(std::string(name)))
    if (c != ' ' && c != '_' && c != '-' && c != '.') text += c;
  // "class" is no plural.
  if (text.size() > 2 && text.ends_with('s') && !text.ends_with("ss")) text.pop_back();
  return text;
}

/// The column that an option names.
std::string named(const Table& table, const std::string& wanted, std::string_view option) {
  for (const bool exactly : {true, false})
    for (const std::string& column : table.columns)
      if (exactly ? column == wanted : lower_case(column) == lower_case(wanted)) return column;
  throw UsageError(kWhere, fmt::format("{}: the table has no such column, they are: {}",
                                       option_text(option, wanted), listed_names(table.columns)));
}

/// The column that bears the first of the names; empty where none does, or two do.
template <class Names>
std::string usual(const Table& table, const Names& names, const std::vector<std::string>& taken) {
  for (const std::string_view name : names) {
    std::vector<std::string> found;
    for (const std::string& column : table.columns)
      if (plain(column) == plain(name) && std::ranges::find(taken, column) == taken.end())
        found.push_back(column);
    if (found.size() == 1) return found[0];
    if (found.size() > 1) return {};
  }
  return {};
}

/// A column that is called so by chance has other values, and not misspelt ones.
bool names_splits(const Table& table, const std::string& column) {
  const size_t place = place_of(table, column);
  size_t splits = 0, slips = 0, others = 0;
  for (const TableRow& row : table.rows) {
    const std::string& value = row.values[place];
    if (value.empty()) continue;
    ++(!split_of_name(value).empty() ? splits : !split_misspelt_as(value).empty() ? slips : others);
  }
  return others == 0 && (splits > 0 || slips == 0);
}

/// The split that a column such as is_valid means where it says yes; empty for other names.
std::string_view split_flagged_by(const std::string& column) {
  const std::string name = plain(column);
  for (const auto& [known, split] : kSplitFlags)
    if (name == known) return split;
  return {};
}

/// In how many rows a column says yes; nothing where it says anything else than yes and no.
std::optional<size_t> count_yes(const Table& table, const std::string& column) {
  const size_t place = place_of(table, column);
  size_t yes = 0;
  for (const TableRow& row : table.rows) {
    const std::optional<bool> flag = flag_of(row.values[place]);
    if (!flag) return std::nullopt;
    yes += *flag ? 1 : 0;
  }
  return yes;
}

/// Whether a column is plainly one of yes and no that says the split. One called is_valid may as well say
/// that a picture is good: there, what is held out has to be the lesser part.
bool flags_split(const Table& table, const std::string& column) {
  if (split_flagged_by(column).empty()) return false;
  const std::optional<size_t> yes = count_yes(table, column);
  if (!yes) return false;
  const size_t held_out = split_flagged_by(column) == "train" ? table.rows.size() - *yes : *yes;
  return held_out > 0 && (!plain(column).ends_with("valid") || held_out * 2 <= table.rows.size());
}

/// Whether a column of any name has splits in it, one of them train, and nothing else.
bool holds_splits(const Table& table, const std::string& column) {
  const size_t place = place_of(table, column);
  std::set<std::string> splits;
  for (const TableRow& row : table.rows) {
    const std::string split = split_of_name(row.values[place]);
    if (split.empty()) return false;
    splits.insert(split);
  }
  return splits.size() > 1 && splits.contains("train");
}

/// A column that is called as splits are and numbers something: which number is which split, nobody knows.
void refuse_numbered_splits(const Table& table, const std::filesystem::path& path,
                            const std::string& column) {
  const size_t place = place_of(table, column);
  std::set<std::string> values;
  for (const TableRow& row : table.rows) values.insert(row.values[place]);
  const auto is_digit = [](const std::string& text) {
    return text.size() == 1 && text.front() >= '0' && text.front() <= '9';
  };
  if (values.size() < 2 || values.size() > 3 || !std::ranges::all_of(values, is_digit)) return;
  refuse_line(path, 1,
              fmt::format("the column {} has {} in it, and which of them is which split is not known", column,
                          fmt::join(values, ", ")),
              "write train, validation and test in it, or give it another name if it says something else");
}

[[noreturn]] void refuse_two_splits(const std::filesystem::path& path, const std::string& one,
                                    const std::string& other) {
  refuse_line(
      path, 1, fmt::format("{} and {} both say the split", one, other),
      "write one column called split, with train, validation and test in it, or say which counts with "
      "`split_column`"_worded);
}

void find_split_flag(const Table& table, const std::filesystem::path& path, TableColumns& found) {
  for (const std::string& column : table.columns) {
    if (column == found.path || column == found.label || !flags_split(table, column)) continue;
    if (!found.split.empty()) refuse_two_splits(path, found.split, column);
    found.split = column;
    found.split_if_true = split_flagged_by(column);
  }
}

void find_split_by_values(const Table& table, const std::filesystem::path& path, TableColumns& found) {
  for (const std::string& column : table.columns) {
    if (column == found.path || column == found.label || !holds_splits(table, column)) continue;
    if (!found.split.empty()) refuse_two_splits(path, found.split, column);
    found.split = column;
  }
}

void find_split(const Table& table, const std::filesystem::path& path, const TableOptions& options,
                TableColumns& found) {
  if (!options.split_column.empty()) {
    if (count_yes(table, found.split)) found.split_if_true = split_flagged_by(found.split);
    return;
  }
  found.split = usual(table, kSplitNames, {found.path, found.label});
  if (!found.split.empty() && lower_case(found.split) != "split" && !names_splits(table, found.split)) {
    refuse_numbered_splits(table, path, found.split);
    found.split.clear();
  }
  if (found.split.empty()) find_split_flag(table, path, found);
  if (found.split.empty()) find_split_by_values(table, path, found);
}

/// Those that say something of their own.
std::vector<std::string> other_columns(const Table& table, const TableColumns& found) {
  std::vector<std::string> others;
  for (const std::string& column : table.columns)
    // Without a name: numbers of the lines, as pandas writes them.
    if (column != found.path && column != found.split && !column.empty() && column != "hash")
      others.push_back(column);
  return others;
}

[[noreturn]] void refuse(const Table& table, const std::filesystem::path& path, std::string_view what,
                         std::string_view option) {
  refuse_line(
      path, 1,
      fmt::format("no column is called '{}', and none is plainly it; the columns are: {}", what,
                  listed_names(table.columns)),
      fmt::format("the first line names the columns: path,label or path,label,split; or say which it is with "
                  "{}",
                  option_text(option)));
}

/// What says the class where no column is called as labels are.
void find_label_elsewhere(const Table& table, const std::filesystem::path& path, TableColumns& found) {
  const std::vector<std::string> others = other_columns(table, found);
  if (others.size() == 1)
    found.label = others[0];
  else if (others.empty())
    found.labels_from_folders = true;
  else
    found.one_hot = one_hot_columns(table, path, others);
  if (found.label.empty() && !found.labels_from_folders && found.one_hot.empty())
    refuse(table, path, "label", "label_column");
}

}  // namespace

bool may_say_split(const std::string& column) {
  return !split_flagged_by(column).empty();
}

bool names_pictures(const std::vector<std::string>& columns) {
  return std::ranges::any_of(columns, [](const std::string& column) {
    return std::ranges::find(kPathNames, plain(column)) != kPathNames.end();
  });
}

TableColumns find_columns(const Table& table, const std::filesystem::path& path, const TableOptions& options,
                          TableUse use) {
  const bool needs_label = use == TableUse::labelled;
  TableColumns found;
  const auto is_there = [&](std::string_view name) {
    return std::ranges::count(table.columns, name,
                              [](const std::string& column) { return lower_case(column); });
  };
  for (const char* name : {"path", "label", "split"})
    if (is_there(name) > 1) refuse_line(path, 1, fmt::format("two columns are called {}", name));
  if (!options.path_column.empty()) found.path = named(table, options.path_column, "path_column");
  if (!options.label_column.empty()) found.label = named(table, options.label_column, "label_column");
  if (!options.split_column.empty()) found.split = named(table, options.split_column, "split_column");
  if (found.path.empty()) found.path = usual(table, kPathNames, {found.label, found.split});
  if (found.path.empty()) refuse(table, path, "path", "path_column");
  if (found.label.empty() && needs_label) found.label = usual(table, kLabelNames, {found.path, found.split});
  if (use != TableUse::listed) find_split(table, path, options, found);
  if (found.label.empty() && needs_label) find_label_elsewhere(table, path, found);
  const auto is_guess = [](const std::string& column, std::string_view name, const std::string& told) {
    return told.empty() && !column.empty() && lower_case(column) != name;
  };
  found.guessed = is_guess(found.path, "path", options.path_column) ||
                  is_guess(found.label, "label", options.label_column) ||
                  is_guess(found.split, "split", options.split_column);
  return found;
}

}  // namespace margay::data
