// RFC 4180 and what spreadsheets make of it.
#include "margay/data/csv_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "margay/core/trimmed.h"
#include "margay/data/quoted_cell.h"
#include "margay/data/spreadsheet_cell.h"

namespace margay::data {
namespace {

constexpr std::array<char, 4> kSeparators{',', ';', '\t', '|'};

/// The first line that is not empty, line ends within quotes included.
std::string_view first_line(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of("\r\n"), text.size()));
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (!quoted && (text[i] == '\n' || text[i] == '\r')) return text.substr(0, i);
  }
  return text;
}

size_t count_outside_quotes(std::string_view line, char wanted) {
  size_t count = 0;
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    count += !quoted && c == wanted ? 1 : 0;
  }
  return count;
}

}  // namespace

char separator_of(std::string_view text) {
  const std::string_view line = first_line(text);
  return *std::ranges::max_element(kSeparators, {},
                                   [&](char separator) { return count_outside_quotes(line, separator); });
}

CsvReader::CsvReader(std::string_view text, char separator, const std::filesystem::path& path, size_t line)
    : rest_(text),
      separator_(separator),
      only_returns_(text.find('\n') == text.npos),
      path_(path),
      line_(line) {}

std::optional<TableRow> CsvReader::next() {
  while (!rest_.empty()) {
    TableRow row{line_, {}};
    do {
      const std::string cell = take_field();
      row.values.push_back(from_quoted_cell(from_spreadsheet_cell(cell)));
    } while (take(separator_));
    if (!take_line_end() && !rest_.empty()) refuse_line(path_, line_, "text follows a quoted field");
    ++line_;
    if (row.values.size() > 1 || !row.values[0].empty()) return row;
  }
  return std::nullopt;
}

bool CsvReader::take(char wanted) {
  if (!rest_.starts_with(wanted)) return false;
  rest_.remove_prefix(1);
  return true;
}

/// LF, CR LF, CR CR LF (what some programs make of it), CR at the end, or CR where nothing else ends lines.
bool CsvReader::take_line_end() {
  const size_t returns = std::min(rest_.find_first_not_of('\r'), rest_.size());
  if (returns == 0) return take('\n');
  const bool ends = returns == rest_.size() || rest_[returns] == '\n';
  if (!ends && !only_returns_)
    refuse_line(path_, line_,
                "a carriage return (CR) inside the line, where other lines end with a line feed (LF)",
                "remove it, or quote the field that it belongs to");
  rest_.remove_prefix(ends ? std::min(returns + 1, rest_.size()) : 1);
  return true;
}

std::string CsvReader::take_field() {
  // A tab that separates is no space.
  const std::string_view spaces = separator_ == '\t' ? " " : " \t";
  const size_t start = std::min(rest_.find_first_not_of(spaces), rest_.size());
  if (rest_.substr(start).starts_with('"')) {
    rest_.remove_prefix(start + 1);
    return take_quoted();
  }
  const char ends[] = {separator_, '\r', '\n', '\0'};
  const std::string_view field = rest_.substr(0, rest_.find_first_of(ends, 0, 3));
  rest_.remove_prefix(field.size());
  if (field.find('"') != field.npos)
    refuse_line(path_, line_, "a quote inside a field that does not begin with one");
  return std::string(trimmed(field));
}

std::string CsvReader::take_quoted() {
  const size_t first_line = line_;
  std::string field;
  for (;;) {
    const size_t quote = rest_.find('"');
    if (quote == rest_.npos) refuse_line(path_, first_line, "a quoted field that does not end");
    const std::string_view part = rest_.substr(0, quote);
    field += part;
    line_ += static_cast<size_t>(std::count(part.begin(), part.end(), only_returns_ ? '\r' : '\n'));
    rest_.remove_prefix(quote + 1);
    if (!take('"')) break;
    field += '"';
  }
  while (take(' ') || (separator_ != '\t' && take('\t'))) {
  }
  return field;
}

}  // namespace margay::data
