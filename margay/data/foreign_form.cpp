// Asks whether another separator would give columns that make sense.
#include "margay/data/foreign_form.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "margay/core/trimmed.h"
#include "margay/data/entry_kind.h"
#include "margay/data/table_columns.h"

namespace margay::data {
namespace fs = std::filesystem;
namespace {

/// What separates, and what it is called.
struct Separator {
  char character;
  std::string_view name;
};

constexpr std::array<Separator, 6> kForeign{{{':', "':'"},
                                             {'^', "'^'"},
                                             {'~', "'~'"},
                                             {'\x01', "the character U+0001"},
                                             {'\x1F', "the character U+001F"},
                                             {' ', "spaces"}}};

/// Several that follow each other separate once.
std::vector<std::string> fields_of(std::string_view line, char separator) {
  std::vector<std::string> fields;
  while (!line.empty()) {
    const size_t end = std::min(line.find(separator), line.size());
    const std::string_view field = trimmed(line.substr(0, end));
    if (!field.empty()) fields.emplace_back(field);
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return fields;
}

/// "a.jpg:cats", but not "C:\\cats\\a.jpg".
bool begins_with_picture(const std::vector<std::string>& fields) {
  return fields.size() > 1 && is_named_as_picture(fs::path(fields[0]));
}

bool separates(char separator, const Table& table) {
  const std::vector<std::string> names = fields_of(table.columns[0], separator);
  const std::vector<std::string> values =
      table.rows.empty() ? std::vector<std::string>() : fields_of(table.rows[0].values[0], separator);
  const bool has_names = names.size() > 1 && (names_pictures(names) || begins_with_picture(names));
  if (separator != ' ') return has_names || begins_with_picture(values);
  // "image path" and "my cat.jpg" are one name each, as long as the next line is not of as many words.
  return has_names && !names_pictures(table.columns) && values.size() == names.size();
}

bool is_in_single_quotes(const std::string& value) {
  return value.size() > 1 && value.starts_with('\'') && value.ends_with('\'');
}

}  // namespace

void refuse_foreign_form(const Table& table, const fs::path& path) {
  if (std::ranges::any_of(table.columns, is_in_single_quotes) ||
      (!table.rows.empty() && std::ranges::all_of(table.rows, [](const TableRow& row) {
        return std::ranges::any_of(row.values, is_in_single_quotes);
      })))
    refuse_line(path, 1, "values are in single quotes", "leave the quotes away, or write double ones (\")");
  if (table.columns.size() != 1) return;
  for (const auto& [character, name] : kForeign)
    if (separates(character, table))
      refuse_line(path, 1, fmt::format("the columns are separated by {}", name),
                  fmt::format("comma, semicolon, tab and '|' are read{}",
                              character == ' ' ? ", and spaces in a list called .txt" : ""));
}

}  // namespace margay::data
