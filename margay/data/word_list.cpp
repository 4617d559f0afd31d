// All lines are looked at before any of them is cut.
#include "margay/data/word_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "margay/core/utf8.h"
#include "margay/data/list_order.h"
#include "margay/data/list_words.h"
#include "margay/data/split_names.h"
#include "margay/data/table_columns.h"

namespace margay::data {
namespace {

constexpr const char* kNamesHint =
    "a first line that names the columns says which are meant, such as: path label width";
constexpr size_t kShownLetters = 60;

/// Whether lines begin with 1, 2, 3 ... and a path comes later: "17 cats/17.jpg".
bool are_numbered(const std::vector<ListLine>& lines) {
  constexpr size_t kFewest = 3;
  if (lines.size() < kFewest) return false;
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::vector<ListWord>& words = lines[i].words;
    const std::optional<int64_t> number = whole_number(words[0].text),
                                 first = whole_number(lines[0].words[0].text);
    if (words.size() < 2 || !number || !first || *number != *first + static_cast<int64_t>(i)) return false;
    if (lines[i].path_words < 2 && words[1].text.find('/') == std::string_view::npos) return false;
  }
  return true;
}

void drop_first_words(std::vector<ListLine>& lines) {
  for (ListLine& line : lines) {
    line.words.erase(line.words.begin());
    line.path_words -= std::min<size_t>(1, line.path_words);
  }
}

/// Among the words from `first` on.
size_t count_numbers(const ListLine& line, size_t first) {
  return static_cast<size_t>(std::count_if(line.words.begin() + static_cast<std::ptrdiff_t>(first),
                                           line.words.end(),
                                           [](const ListWord& word) { return is_number(word.text); }));
}

[[noreturn]] void refuse_words(const WordListText& list, const ListLine& line, size_t first) {
  const bool numbers = count_numbers(line, first) == line.words.size() - first;
  refuse_line(
      list.path, line.number,
      fmt::format("{} {} behind the path ({}), expected a label", line.words.size() - first,
                  numbers ? "numbers" : "words", shortened(line.from(first), kShownLetters)),
      numbers ? fmt::format("margay tells one class of each picture, and does not learn several labels of "
                            "one (multi-label); {}",
                            kNamesHint)
              : fmt::format("a label of several words needs quotes (\") around it; {}", kNamesHint));
}

/// Where a label may be several words, all of them have to look like one: some recur, or none is a number.
void require_labels(const WordListText& list, const std::vector<ListLine>& lines) {
  std::set<std::string> labels;
  for (const ListLine& line : lines) labels.insert(line.from(line.path_words));
  const bool recur = labels.size() < lines.size();
  for (const ListLine& line : lines) {
    const size_t numbers = count_numbers(line, line.path_words), words = line.words.size() - line.path_words;
    if (words > 1 && (numbers == words || (numbers > 0 && !recur))) refuse_words(list, line, line.path_words);
  }
}

/// Whether the last of several words behind the path is a split in every line, if perhaps misspelt in some.
bool have_splits(const std::vector<ListLine>& lines) {
  bool any = false;
  for (const ListLine& line : lines) {
    const std::string_view last = line.words.back().text;
    const bool is_split = !split_of_name(last).empty();
    if (line.words.size() < line.path_words + 2 || (!is_split && split_misspelt_as(last).empty()))
      return false;
    any = any || is_split;
  }
  return any;
}

void drop_last_words(std::vector<ListLine>& lines) {
  for (ListLine& line : lines) line.words.pop_back();
}

/// Path and label, whichever there are.
std::vector<std::string> fields_of(const ListLine& line, ListOrder order) {
  if (order == ListOrder::path_alone) return {line.from(0)};
  if (order == ListOrder::label_path) return {line.from(1), line.from(0, 1)};
  return {line.from(0, line.path_words), line.from(line.path_words)};
}

Table cut_by_order(const WordListText& list, std::vector<ListLine>& lines) {
  Table table;
  const bool numbered = are_numbered(lines);
  if (numbered) drop_first_words(lines);
  const ListOrder order = find_list_order(list, lines);
  std::vector<std::string> splits;
  if (order == ListOrder::path_label && have_splits(lines)) {
    for (const ListLine& line : lines) splits.emplace_back(line.words.back().text);
    drop_last_words(lines);
  }
  if (order == ListOrder::path_label) require_labels(list, lines);
  table.columns = {"path"};
  if (order != ListOrder::path_alone) table.columns.emplace_back("label");
  if (!splits.empty()) table.columns.emplace_back("split");
  table.form = order == ListOrder::path_alone ? "paths alone" : "separated by spaces";
  if (order == ListOrder::label_path) table.form += ", label before path";
  if (numbered) table.form += ", lines numbered";
  for (size_t i = 0; i < lines.size(); ++i) {
    TableRow& row = table.rows.emplace_back(TableRow{lines[i].number, fields_of(lines[i], order)});
    if (!splits.empty()) row.values.push_back(std::move(splits[i]));
  }
  return table;
}

/// The place of the column with paths; words that are too many belong to it.
size_t path_column(const std::vector<std::string>& columns) {
  for (size_t i = 0; i < columns.size(); ++i)
    if (names_pictures({columns[i]})) return i;
  return 0;
}

/// The words of a line for `columns`, of which the one at `path` may have spaces in it.
std::vector<std::string> cut_by_columns(const ListLine& line, size_t columns, size_t path) {
  size_t path_end = line.words.size() - (columns - 1 - path);
  // Of a path and a label, either may have spaces; where the path ends is seen.
  if (columns == 2 && path == 0 && line.path_words > 0 && line.path_words < line.words.size())
    path_end = line.path_words;
  std::vector<std::string> fields;
  for (size_t i = 0; i < path; ++i) fields.push_back(line.from(i, i + 1));
  fields.push_back(line.from(path, path_end));
  if (columns == 2 && path == 0)
    fields.push_back(line.from(path_end));
  else
    for (size_t i = path_end; i < line.words.size(); ++i) fields.push_back(line.from(i, i + 1));
  return fields;
}

Table cut_by_names(const WordListText& list, const std::vector<ListLine>& lines) {
  Table table;
  for (const ListWord& name : lines[0].words) table.columns.emplace_back(name.text);
  const size_t columns = table.columns.size(), path = path_column(table.columns);
  for (size_t i = 1; i < lines.size(); ++i) {
    const ListLine& line = lines[i];
    if (line.words.size() < columns)
      refuse_line(list.path, line.number,
                  fmt::format("{} word{}, expected the {} of the first line", line.words.size(),
                              line.words.size() == 1 ? "" : "s", columns),
                  line.text.starts_with('#') ? "remarks may only stand before the line that names the columns"
                                             : "a value is missing");
    table.rows.push_back({line.number, cut_by_columns(line, columns, path)});
  }
  table.form = columns > 1 ? "separated by spaces" : "paths alone";
  return table;
}

/// Whether the first line names columns, and no picture.
bool has_names(const ListLine& first) {
  std::vector<std::string> names;
  for (const ListWord& word : first.words) names.emplace_back(word.text);
  return first.path_words == 0 && names_pictures(names);
}

}  // namespace

Table read_word_list(const WordListText& list) {
  std::vector<ListLine> lines = list_lines(list.text, list.line);
  if (lines.empty()) return {};
  return has_names(lines[0]) ? cut_by_names(list, lines) : cut_by_order(list, lines);
}

}  // namespace margay::data
