// One apostrophe on, one apostrophe off: texts that have some of their own come back as they were.
#include "margay/data/spreadsheet_cell.h"

#include <charconv>

namespace margay::data {
namespace {

constexpr std::string_view kFormulaStarts = "=+-@";
constexpr char kQuote = '\'';

bool is_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return !text.empty() && error == std::errc() && end == text.data() + text.size();
}

/// Whether a formula begins after as many apostrophes as there are.
bool begins_formula(std::string_view text) {
  const size_t start = text.find_first_not_of(kQuote);
  return start != text.npos && kFormulaStarts.find(text[start]) != kFormulaStarts.npos && !is_number(text);
}

}  // namespace

std::string spreadsheet_cell(std::string_view field) {
  return begins_formula(field) ? kQuote + std::string(field) : std::string(field);
}

std::string_view from_spreadsheet_cell(std::string_view cell) {
  return cell.starts_with(kQuote) && begins_formula(cell) ? cell.substr(1) : cell;
}

}  // namespace margay::data
