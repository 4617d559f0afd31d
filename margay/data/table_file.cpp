// Both readers end in rows of texts; a row that does not fit stops them.
#include "margay/data/table_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "margay/core/error.h"
#include "margay/core/json.h"
#include "margay/core/lower_case.h"
#include "margay/core/trimmed.h"
#include "margay/data/csv_reader.h"
#include "margay/data/spreadsheet_cell.h"
#include "margay/data/text_encoding.h"

namespace margay::data {
namespace {

constexpr const char* kWhere = "data.manifest";

std::string form_of(char separator, const std::string& encoding) {
  std::string form;
  if (separator != ',')
    form = separator == '\t' ? "separated by tabs" : fmt::format("separated by '{}'", separator);
  if (!encoding.empty()) form += (form.empty() ? "" : ", ") + encoding;
  return form;
}

/// Excel writes the separator into a line of its own before all others.
bool take_separator_line(std::string_view& text, char& separator) {
  if (!text.starts_with("sep=") || text.size() < 5) return false;
  separator = text[4];
  text.remove_prefix(5);
  text.remove_prefix(std::min(text.find_first_not_of("\r\n"), text.size()));
  return true;
}

void require_fields(const TableRow& row, size_t columns, char separator, const std::filesystem::path& path) {
  if (row.values.size() == columns) return;
  refuse_line(path, row.line,
              fmt::format("{} fields, expected the {} that the first line names", row.values.size(), columns),
              fmt::format("a value with {} in it needs quotes around it",
                          separator == ','    ? "a comma"
                          : separator == '\t' ? "a tab"
                                              : fmt::format("a '{}'", separator)));
}

}  // namespace

void refuse_line(const std::filesystem::path& path, size_t line, std::string_view problem,
                 std::string_view hint) {
  throw FormatError(kWhere, fmt::format("{}, line {}: {}", path.string(), line, problem), hint);
}

Table read_csv(const std::filesystem::path& path) {
  const EncodedText text = read_encoded_text(path);
  std::string_view rest = text.utf8;
  char separator = ',';
  const bool told = take_separator_line(rest, separator);
  if (!told) separator = separator_of(rest);
  CsvReader reader(rest, separator, path);
  std::optional<TableRow> head = reader.next();
  require<FormatError>(head.has_value(), kWhere, fmt::format("{} is empty", path.string()));
  Table table{.columns = std::move(head->values),
              .rows = {},
              .other_columns = {},
              .form = form_of(separator, text.encoding)};
  while (std::optional<TableRow> row = reader.next()) {
    row->line += told ? 1 : 0;
    require_fields(*row, table.columns.size(), separator, path);
    table.rows.push_back(std::move(*row));
  }
  return table;
}

Table read_jsonl(const std::filesystem::path& path) {
  const EncodedText text = read_encoded_text(path);
  Table table{.columns = {}, .rows = {}, .other_columns = {}, .form = text.encoding};
  std::map<std::string, size_t> place_of;
  std::string_view rest = text.utf8;
  for (size_t number = 1; !rest.empty(); ++number) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    const Json object = parse_json(line, fmt::format("{}, line {}", path.string(), number));
    if (!object.is_object()) refuse_line(path, number, "expected a JSON object");
    TableRow row{number, std::vector<std::string>(table.columns.size())};
    for (const auto& [key, value] : object.items()) {
      const auto [place, is_new] = place_of.emplace(key, table.columns.size());
      if (is_new) {
        table.columns.push_back(key);
        row.values.emplace_back();
      }
      if (!value.is_string() && !value.is_number_integer() && !value.is_null())
        row.structured.push_back(place->second);
      else if (!value.is_null())
        row.values[place->second] = value.is_string() ? value.get<std::string>() : value.dump();
    }
    table.rows.push_back(std::move(row));
  }
  for (TableRow& row : table.rows) row.values.resize(table.columns.size());
  return table;
}

Table read_table(const std::filesystem::path& path) {
  const std::string extension = lower_case(path.extension().string());
  return extension == ".jsonl" || extension == ".ndjson" ? read_jsonl(path) : read_csv(path);
}

Table select_columns(const Table& table, const std::filesystem::path& path,
                     const std::vector<std::string>& columns, size_t required) {
  Table selected{.columns = columns, .rows = {}, .other_columns = {}, .form = table.form};
  std::vector<std::optional<size_t>> place(columns.size());
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const auto found = std::ranges::find(columns, lower_case(table.columns[i]), lower_case);
    if (found == columns.end()) {
      selected.other_columns.push_back(table.columns[i]);
      continue;
    }
    std::optional<size_t>& known = place[static_cast<size_t>(found - columns.begin())];
    if (known) refuse_line(path, 1, fmt::format("two columns are called {}", *found));
    known = i;
  }
  for (size_t i = 0; i < required; ++i)
    if (!place[i] && !table.columns.empty())
      refuse_line(
          path, 1,
          fmt::format("no column is called '{}', they are: {}", columns[i], fmt::join(table.columns, ", ")),
          fmt::format("the first line names the columns: {}", fmt::join(columns, ",")));
  for (const TableRow& row : table.rows) {
    TableRow& taken = selected.rows.emplace_back(TableRow{row.line, {}});
    for (size_t i = 0; i < columns.size(); ++i) {
      if (place[i] && std::ranges::find(row.structured, *place[i]) != row.structured.end())
        refuse_line(path, row.line, fmt::format("'{}' is neither a text nor a whole number", columns[i]));
      taken.values.push_back(place[i] ? row.values[*place[i]] : std::string());
      if (i < required && taken.values.back().empty())
        refuse_line(path, row.line, fmt::format("no {}", columns[i]));
    }
  }
  return selected;
}

Table read_csv(const std::filesystem::path& path, const std::vector<std::string>& columns, size_t required) {
  return select_columns(read_csv(path), path, columns, required);
}

std::string format_csv_field(std::string_view value) {
  const std::string field = spreadsheet_cell(value);
  if (!field.empty() && field.find_first_of(",\"\r\n;\t|") == field.npos &&
      trimmed(field).size() == field.size())
    return field;
  std::string quoted = "\"";
  for (const char c : field) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

std::string format_csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& field : fields) {
    if (!line.empty()) line += ',';
    line += format_csv_field(field);
  }
  return line + '\n';
}

}  // namespace margay::data
