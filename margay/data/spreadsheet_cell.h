// Tables are opened in spreadsheets, which run what begins like a formula.
#pragma once

#include <string>
#include <string_view>

namespace margay::data {

/// `field` as a cell that no spreadsheet takes for a formula: text that begins with = + - or @ gets an
/// apostrophe before it, which spreadsheets do not show; numbers stay as they are.
std::string spreadsheet_cell(std::string_view field);

/// What `spreadsheet_cell` was made from.
std::string_view from_spreadsheet_cell(std::string_view cell);

}  // namespace margay::data
