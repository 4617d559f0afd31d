// Sentences in lines.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace margay::text {

/// Columns of a line of text in the terminal.
inline constexpr size_t kTextColumns = 100;

/// `text` in lines of at most `columns` columns of a terminal, unless a word is longer; the first line begins
/// with `indent` blanks, the others with `hanging`. Ends with a newline.
std::string wrapped_text(std::string_view text, size_t indent, size_t columns, size_t hanging);
inline std::string wrapped_text(std::string_view text, size_t indent, size_t columns = kTextColumns) {
  return wrapped_text(text, indent, columns, indent);
}

}  // namespace margay::text
