// One apostrophe on, one apostrophe off: texts that have some of their own come back as they were.
#include "margay/data/spreadsheet_cell.h"

#include "margay/data/list_words.h"

namespace margay::data {
namespace {

constexpr std::string_view kFormulaStarts = "=+-@";
constexpr char kQuote = '\'';

/// Whether a formula begins after as many apostrophes as there are.
bool begins_formula(std::string_view text) {
  const size_t start = text.find_first_not_of(kQuote);
  return start != text.npos && kFormulaStarts.find(text[start]) != kFormulaStarts.npos &&
         !is_number(text.substr(text.starts_with('+') ? 1 : 0));
}

}  // namespace

std::string spreadsheet_cell(std::string_view field) {
  return begins_formula(field) ? kQuote + std::string(field) : std::string(field);
}

std::string_view from_spreadsheet_cell(std::string_view cell) {
  return cell.starts_with(kQuote) && begins_formula(cell) ? cell.substr(1) : cell;
}

}  // namespace margay::data
