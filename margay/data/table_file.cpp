// Both readers end in rows of texts; a row that does not fit stops them.
#include "margay/data/table_file.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/json.h"
#include "margay/core/lower_case.h"

namespace margay::data {
namespace {

constexpr const char* kWhere = "data.manifest";

/// Where a line is, for messages.
struct Line {
  const std::filesystem::path& path;
  size_t number;

  [[noreturn]] void refuse(std::string_view problem, std::string_view hint = {}) const {
    throw FormatError(kWhere, fmt::format("{}, line {}: {}", path.string(), number, problem), hint);
  }
};

std::string read_table_text(const std::filesystem::path& path) {
  std::string text = read_text_file(path);
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  return text;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpaces = " \t";
  const size_t begin = text.find_first_not_of(kSpaces);
  return begin == text.npos ? std::string_view()
                            : text.substr(begin, text.find_last_not_of(kSpaces) - begin + 1);
}

/// Takes records off the front of a CSV text.
class CsvReader {
 public:
  CsvReader(std::string_view text, const std::filesystem::path& path) : rest_(text), path_(path) {}

  /// The next record that is not an empty line; nothing at the end.
  std::optional<TableRow> next() {
    while (!rest_.empty()) {
      TableRow row{line_, {}};
      do row.values.push_back(take_field());
      while (take(','));
      take('\r');
      if (!take('\n') && !rest_.empty()) here().refuse("text follows a quoted field");
      ++line_;
      if (row.values.size() > 1 || !row.values[0].empty()) return row;
    }
    return std::nullopt;
  }

 private:
  Line here() const { return {path_, line_}; }

  bool take(char wanted) {
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::string take_field() {
    const size_t start = std::min(rest_.find_first_not_of(" \t"), rest_.size());
    if (rest_.substr(start).starts_with('"')) {
      rest_.remove_prefix(start + 1);
      return take_quoted();
    }
    const std::string_view field = rest_.substr(0, rest_.find_first_of(",\r\n"));
    rest_.remove_prefix(field.size());
    if (field.find('"') != field.npos) here().refuse("a quote inside a field that does not begin with one");
    return std::string(trimmed(field));
  }

  std::string take_quoted() {
    const size_t first_line = line_;
    std::string field;
    for (;;) {
      const size_t quote = rest_.find('"');
      if (quote == rest_.npos) Line{path_, first_line}.refuse("a quoted field that does not end");
      field += rest_.substr(0, quote);
      line_ += static_cast<size_t>(std::count(rest_.begin(), rest_.begin() + static_cast<long>(quote), '\n'));
      rest_.remove_prefix(quote + 1);
      if (!take('"')) break;
      field += '"';
    }
    while (take(' ') || take('\t')) {
    }
    return field;
  }

  std::string_view rest_;
  const std::filesystem::path& path_;
  size_t line_ = 1;
};

void check_required(const TableRow& row, const std::vector<std::string>& columns, size_t required,
                    const std::filesystem::path& path) {
  for (size_t i = 0; i < required; ++i)
    if (row.values[i].empty()) Line{path, row.line}.refuse(fmt::format("no {}", columns[i]));
}

}  // namespace

Table read_csv(const std::filesystem::path& path, const std::vector<std::string>& columns, size_t required) {
  const std::string text = read_table_text(path);
  CsvReader reader(text, path);
  const std::optional<TableRow> head = reader.next();
  require<FormatError>(head.has_value(), kWhere, fmt::format("{} is empty", path.string()));
  Table table;
  std::vector<size_t> place(head->values.size(), columns.size());  // of each field among the columns
  for (size_t i = 0; i < place.size(); ++i) {
    const auto found = std::find(columns.begin(), columns.end(), lower_case(head->values[i]));
    place[i] = static_cast<size_t>(found - columns.begin());
    if (found == columns.end()) table.other_columns.push_back(head->values[i]);
    if (found != columns.end() &&
        std::count(place.begin(), place.begin() + static_cast<long>(i) + 1, place[i]) > 1)
      Line{path, head->line}.refuse(fmt::format("two columns are called {}", *found));
  }
  for (size_t i = 0; i < required; ++i)
    if (std::find(place.begin(), place.end(), i) == place.end())
      Line{path, head->line}.refuse(
          fmt::format("no column is called '{}'", columns[i]),
          fmt::format("the first line names the columns: {}", fmt::join(columns, ",")));
  while (std::optional<TableRow> record = reader.next()) {
    if (record->values.size() != place.size())
      Line{path, record->line}.refuse(fmt::format("{} fields, expected the {} that the first line names",
                                                  record->values.size(), place.size()),
                                      "a value with a comma in it needs quotes around it");
    TableRow row{record->line, std::vector<std::string>(columns.size())};
    for (size_t i = 0; i < place.size(); ++i)
      if (place[i] < columns.size()) row.values[place[i]] = std::move(record->values[i]);
    check_required(row, columns, required, path);
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table read_jsonl(const std::filesystem::path& path, const std::vector<std::string>& columns,
                 size_t required) {
  const std::string text = read_table_text(path);
  Table table;
  std::string_view rest = text;
  for (size_t number = 1; !rest.empty(); ++number) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    const Line here{path, number};
    const Json object = parse_json(line, fmt::format("{}, line {}", path.string(), number));
    if (!object.is_object()) here.refuse("expected a JSON object");
    TableRow row{number, std::vector<std::string>(columns.size())};
    for (const auto& [key, value] : object.items()) {
      const auto found = std::find(columns.begin(), columns.end(), key);
      if (found == columns.end()) {
        auto& others = table.other_columns;
        if (std::find(others.begin(), others.end(), key) == others.end()) others.push_back(key);
        continue;
      }
      if (!value.is_string() && !value.is_number_integer() && !value.is_null())
        here.refuse(fmt::format("'{}' is neither a text nor a whole number", key));
      if (!value.is_null())
        row.values[static_cast<size_t>(found - columns.begin())] =
            value.is_string() ? value.get<std::string>() : value.dump();
    }
    check_required(row, columns, required, path);
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string format_csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& field : fields) {
    if (!line.empty()) line += ',';
    if (!field.empty() && field.find_first_of(",\"\r\n") == field.npos &&
        trimmed(field).size() == field.size()) {
      line += field;
      continue;
    }
    line += '"';
    for (const char c : field) line += c == '"' ? "\"\"" : std::string(1, c);
    line += '"';
  }
  return line + '\n';
}

}  // namespace margay::data
