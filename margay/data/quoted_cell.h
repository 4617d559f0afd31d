// Names of files may hold any bytes; a table that is shown on a terminal or read by others may not.
#pragma once

#include <string>
#include <string_view>

namespace margay::data {

/// `field` as text in UTF-8 without what acts on a terminal or turns the text around it: control characters
/// but tabs and line feeds, overrides of direction, and bytes that are no UTF-8. A field that has any becomes
/// `$'caf\xe9.jpg'`, which a shell (bash, ksh, zsh) takes for the name, too; all other text stays as it is.
std::string quoted_cell(std::string_view field);

/// What `quoted_cell` was made from.
std::string from_quoted_cell(std::string_view cell);

}  // namespace margay::data
