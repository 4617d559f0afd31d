// The first line says how all are separated.
#include "margay/data/text_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "margay/core/error.h"
#include "margay/core/trimmed.h"
#include "margay/data/entry_kind.h"
#include "margay/data/table_columns.h"
#include "margay/data/table_start.h"
#include "margay/data/text_encoding.h"

namespace margay::data {
namespace fs = std::filesystem;
namespace {

constexpr std::array<const char*, 3> kNames{"path", "label", "split"};

/// Where the last word of a line begins; npos for a line that is one word, or ends as a picture's name does:
/// "my cat.jpg" is a path with a space in it.
size_t last_word(std::string_view line) {
  const size_t space = line.find_last_of(" \t");
  const bool is_path = space != line.npos && is_named_as_picture(fs::path(line.substr(space + 1)));
  return is_path ? line.npos : space;
}

Table read_words(std::string_view text, size_t number, const fs::path& path, const std::string& encoding) {
  Table table;
  for (; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end), " \t\r");
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    TableRow row{number, {std::string(line)}};
    if (const size_t space = last_word(line); space != line.npos)
      row.values = {std::string(trimmed(line.substr(0, space))), std::string(line.substr(space + 1))};
    if (!table.rows.empty() && row.values.size() != table.rows[0].values.size())
      refuse_line(path, number,
                  row.values.size() == 1 ? "a path without a label, which the lines before have"
                                         : "a path and a label, where the lines before have only a path",
                  "a line per picture: its path, a space, its label");
    table.rows.push_back(std::move(row));
  }
  const bool has_labels = !table.rows.empty() && table.rows[0].values.size() == 2;
  table.form = has_labels ? "separated by spaces" : "paths alone";
  if (!encoding.empty()) table.form += ", " + encoding;
  return table;
}

/// The names of columns off the front, or the usual ones.
void name_columns(Table& table, const fs::path& path) {
  if (table.rows.empty()) return;
  std::vector<std::string>& first = table.rows[0].values;
  if (names_pictures(first)) {
    table.columns = std::move(first);
    table.rows.erase(table.rows.begin());
    return;
  }
  if (first.size() > kNames.size())
    refuse_line(path, table.rows[0].line,
                fmt::format("{} fields, expected a path, a label and perhaps a split", first.size()),
                "a first line that names the columns, such as path,label,width, says which are meant");
  table.columns.assign(kNames.begin(), kNames.begin() + std::ssize(first));
}

}  // namespace

Table read_text_list(const fs::path& path) {
  const EncodedText text = read_encoded_text(path);
  std::string_view rest = text.utf8;
  const TableStart start = take_start(rest);
  const std::string_view first = rest.substr(0, rest.find_first_of("\r\n"));
  require<FormatError>(!rest.empty(), "data.manifest", fmt::format("{} is empty", path.string()));
  Table table = first.find_first_of(",;\t|") == first.npos
                    ? read_words(rest, start.lines + 1, path, text.encoding)
                    : read_records(rest, start, path, text.encoding);
  name_columns(table, path);
  return table;
}

}  // namespace margay::data
