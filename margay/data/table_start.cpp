// Line by line, until one is no remark.
#include "margay/data/table_start.h"

#include <algorithm>

#include "margay/core/trimmed.h"
#include "margay/data/csv_reader.h"
#include "margay/data/table_columns.h"

namespace margay::data {
namespace {

std::string_view line_of(std::string_view text) {
  return text.substr(0, text.find_first_of("\r\n"));
}

/// Takes a line with its end, and empty lines behind it. Returns how many ends of lines there were.
size_t drop_line(std::string_view& text) {
  const std::string_view before = text;
  text.remove_prefix(line_of(text).size());
  text.remove_prefix(std::min(text.find_first_not_of("\r\n"), text.size()));
  const std::string_view taken = before.substr(0, before.size() - text.size());
  const auto feeds = std::ranges::count(taken, '\n');
  return static_cast<size_t>(feeds > 0 ? feeds : std::ranges::count(taken, '\r'));
}

/// The first line that is no remark.
std::string_view line_behind_remarks(std::string_view text) {
  while (text.starts_with('#')) drop_line(text);
  return line_of(text);
}

/// Whether a remark names the columns of the line behind it. Words of a sentence do not: "images of my cats".
bool names_columns(std::string_view remark, std::string_view behind) {
  const std::vector<std::string> names = plain_fields(remark), values = plain_fields(behind);
  if (!names_pictures(names) || names_pictures(values)) return false;
  const bool separated = remark.find(separator_of(remark)) != remark.npos;
  return separated || (names_pictures({names[0]}) && names.size() <= values.size());
}

}  // namespace

std::vector<std::string> plain_fields(std::string_view line) {
  const char told = separator_of(line);
  const char separator = line.find(told) == line.npos ? ' ' : told;
  std::vector<std::string> fields;
  for (size_t begin = 0; begin <= line.size();) {
    const size_t end = std::min(line.find(separator, begin), line.size());
    const std::string_view field = trimmed(line.substr(begin, end - begin));
    if (separator != ' ' || !field.empty()) fields.emplace_back(field);
    begin = end + 1;
  }
  return fields;
}

TableStart take_start(std::string_view& text) {
  TableStart start;
  if (text.starts_with("sep=") && text.size() > 4) {
    start.separator = text[4];
    start.lines += drop_line(text);
  }
  while (text.starts_with('#')) {
    if (names_columns(trimmed(line_of(text).substr(1)), line_behind_remarks(text))) {
      text.remove_prefix(1);
      break;
    }
    start.lines += drop_line(text);
  }
  return start;
}

}  // namespace margay::data
