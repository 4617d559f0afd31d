// Names come from files that anybody may have made; this is how they may stand on a terminal or in a line.
#pragma once

#include <string>
#include <string_view>

namespace margay {

/// `name` on one line, without what acts on a terminal or changes how the text around it reads: control
/// characters, direction marks and characters that cannot be seen become "\u001b" (the escapes of JSON),
/// bytes that are no UTF-8 "\xff". All other text stays as it is.
std::string printable(std::string_view name);

/// The same for a message of several lines: line feeds stay.
std::string printable_message(std::string_view text);

/// The same for a document: line feeds and tabs stay. Text of JSON remains the same JSON, and of TOML the
/// same TOML but for what is hidden beyond U+FFFF, whose escapes TOML does not know.
std::string printable_lines(std::string_view text);

}  // namespace margay
