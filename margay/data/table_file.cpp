// All readers end in rows of texts; a row that does not fit stops them.
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
#include "margay/core/utf8.h"
#include "margay/data/csv_reader.h"
#include "margay/data/foreign_form.h"
#include "margay/data/json_records.h"
#include "margay/data/listed_names.h"
#include "margay/data/quoted_cell.h"
#include "margay/data/spreadsheet_cell.h"
#include "margay/data/text_encoding.h"
#include "margay/data/text_list.h"

namespace margay::data {
namespace {

constexpr const char* kWhere = "data.manifest";
constexpr size_t kShownLetters = 60;

std::string form_of(char separator, const std::string& encoding) {
  std::string form;
  if (separator != ',')
    form = separator == '\t' ? "separated by tabs" : fmt::format("separated by '{}'", separator);
  if (!encoding.empty()) form += (form.empty() ? "" : ", ") + encoding;
  return form;
}

std::string name_of(char separator) {
  if (separator == ',') return "comma";
  return separator == '\t' ? "tab" : fmt::format("'{}'", separator);
}

void require_fields(const TableRow& row, size_t columns, char separator, const std::filesystem::path& path) {
  const size_t fields = row.values.size();
  if (fields == columns) return;
  const std::string hint =
      fields > columns ? "a value with a {} in it needs quotes (\") around it"
      : row.values[0].starts_with('#')
          ? "remarks may only stand before the line that names the columns"
          : "a value is missing, or something else than a {0} separates the line: a value "
            "that is empty has its {0} all the same";
  refuse_line(
      path, row.line,
      fmt::format("{} field{}, expected the {} of the first line", fields, fields == 1 ? "" : "s", columns),
      fmt::format(fmt::runtime(hint), name_of(separator)));
}

/// Text has none, and where the system takes a name it ends at one.
void refuse_zero_bytes(const Table& table, const std::filesystem::path& path) {
  const auto has_zero = [](const std::string& value) { return value.find('\0') != value.npos; };
  constexpr const char* kProblem = "a zero byte (NUL) in a value";
  constexpr const char* kHint =
      "take it out; a table is text in UTF-8, or in UTF-16 or UTF-32 with its byte order mark";
  if (std::ranges::any_of(table.columns, has_zero)) refuse_line(path, 1, kProblem, kHint);
  for (const TableRow& row : table.rows)
    if (std::ranges::any_of(row.values, has_zero)) refuse_line(path, row.line, kProblem, kHint);
}

Json parse_record(const JsonRecord& record, const std::filesystem::path& path) {
  Json value;
  try {
    value = parse_json(record.text, kWhere);
  } catch (const FormatError& error) {
    refuse_line(path, record.line, reason_of(error), kJsonRecordHint);
  }
  if (!value.is_object())
    refuse_line(path, record.line, fmt::format("expected a JSON object, found {}", describe_json(value)),
                kJsonRecordHint);
  return value;
}

/// What a value of JSON is that cannot be a path or a label, and what to write instead.
[[noreturn]] void refuse_structured(const std::filesystem::path& path, size_t line, const std::string& column,
                                    const std::string& value) {
  const std::string shown = shortened(value, kShownLetters);
  const bool is_list = value.starts_with('['), is_object = value.starts_with('{');
  refuse_line(
      path, line,
      fmt::format("'{}' is neither a text nor a whole number: {}{}", column,
                  is_list     ? "a list, "
                  : is_object ? "an object, "
                              : "",
                  shown),
      is_list
          ? "write one text: margay tells one class of each picture, and does not learn several labels of "
            "one (multi-label)"
      : is_object ? fmt::format("write the one value that is the {}, as a text", column)
                  : fmt::format("write it as a text: \"{}\": \"{}\"", column, shown));
}

}  // namespace

void refuse_line(const std::filesystem::path& path, size_t line, std::string_view problem,
                 std::string_view hint) {
  throw FormatError(kWhere, fmt::format("{}, line {}: {}", path.string(), line, problem), hint);
}

size_t place_of(const Table& table, const std::string& column) {
  return static_cast<size_t>(std::ranges::find(table.columns, column) - table.columns.begin());
}

Table read_records(std::string_view text, const TableStart& start, const std::filesystem::path& path,
                   const std::string& encoding) {
  const char separator = start.separator.value_or(separator_of(text));
  CsvReader reader(text, separator, path, start.lines + 1);
  Table table{.columns = {}, .rows = {}, .other_columns = {}, .form = form_of(separator, encoding)};
  while (std::optional<TableRow> row = reader.next()) {
    if (!table.rows.empty()) require_fields(*row, table.rows[0].values.size(), separator, path);
    table.rows.push_back(std::move(*row));
  }
  require<FormatError>(!table.rows.empty(), kWhere, fmt::format("{} is empty", path.string()));
  return table;
}

Table read_csv(const std::filesystem::path& path) {
  const EncodedText text = read_encoded_text(path);
  std::string_view rest = text.utf8;
  const TableStart start = take_start(rest);
  Table table = read_records(rest, start, path, text.encoding);
  table.columns = std::move(table.rows[0].values);
  table.rows.erase(table.rows.begin());
  return table;
}

/// Each line has a place for every key: lines with keys of their own fill memory that no file of that size
/// asks for.
void require_like_keys(const Table& table, size_t bytes, const std::filesystem::path& path) {
  constexpr size_t kSomeCells = 1'000'000;
  if (table.columns.size() * table.rows.size() <= bytes + kSomeCells) return;
  throw FormatError(kWhere,
                    fmt::format("{} has {} different keys in its first {} lines, most of them in few lines",
                                path.string(), table.columns.size(), table.rows.size()),
                    "expected objects with the same keys");
}

/// As many as spreadsheets have.
void require_few_columns(const Table& table, const std::filesystem::path& path) {
  constexpr size_t kMostColumns = 16'384;
  if (table.columns.size() <= kMostColumns) return;
  throw FormatError(kWhere, fmt::format("{} has {} columns, the limit is {}", path.string(),
                                        table.columns.size(), kMostColumns));
}

Table read_jsonl(const std::filesystem::path& path) {
  const EncodedText text = read_encoded_text(path);
  Table table{.columns = {}, .rows = {}, .other_columns = {}, .form = text.encoding};
  std::map<std::string, size_t> places;
  for (const JsonRecord& record : json_records(text.utf8, path)) {
    const Json object = parse_record(record, path);
    TableRow row{record.line, std::vector<std::string>(table.columns.size())};
    for (const auto& [key, value] : object.items()) {
      const auto [place, is_new] = places.emplace(key, table.columns.size());
      if (is_new) {
        table.columns.push_back(key);
        row.values.emplace_back();
      }
      if (value.is_null()) continue;
      row.values[place->second] = value.is_string() ? value.get<std::string>() : value.dump();
      if (!value.is_string() && !value.is_number_integer()) row.structured.push_back(place->second);
    }
    table.rows.push_back(std::move(row));
    // The next line would take a place for each of them.
    require_few_columns(table, path);
    require_like_keys(table, text.utf8.size(), path);
  }
  for (TableRow& row : table.rows) row.values.resize(table.columns.size());
  return table;
}

Table read_table(const std::filesystem::path& path, const std::filesystem::path& root) {
  const std::string extension = lower_case(path.extension().string());
  Table table = extension == ".jsonl" || extension == ".ndjson" ? read_jsonl(path)
                : extension == ".txt"                           ? read_text_list(path, root)
                                                                : read_csv(path);
  require_few_columns(table, path);
  refuse_zero_bytes(table, path);
  refuse_foreign_form(table, path);
  return table;
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
          fmt::format("no column is called '{}', they are: {}", columns[i], listed_names(table.columns)),
          fmt::format("the first line names the columns: {}", fmt::join(columns, ",")));
  for (const TableRow& row : table.rows) {
    TableRow& taken = selected.rows.emplace_back(TableRow{row.line, {}});
    for (size_t i = 0; i < columns.size(); ++i) {
      if (place[i] && std::ranges::find(row.structured, *place[i]) != row.structured.end())
        refuse_structured(path, row.line, columns[i], row.values[*place[i]]);
      taken.values.push_back(place[i] ? row.values[*place[i]] : std::string());
      if (i < required && taken.values.back().empty())
        refuse_line(path, row.line, fmt::format("no {}", columns[i]),
                    "every line needs one: take out those of pictures that cannot be used");
    }
  }
  return selected;
}

Table read_csv(const std::filesystem::path& path, const std::vector<std::string>& columns, size_t required) {
  return select_columns(read_csv(path), path, columns, required);
}

std::string format_csv_field(std::string_view value) {
  const std::string field = spreadsheet_cell(quoted_cell(value));
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
