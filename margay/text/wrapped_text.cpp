// Breaks lines between words.
#include "margay/text/wrapped_text.h"

#include <algorithm>

#include "margay/core/unicode.h"

namespace margay::text {
std::string wrapped_text(std::string_view text, size_t indent, size_t columns, size_t hanging) {
  std::string out, line(indent, ' ');
  bool empty = true;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    if (!empty && display_width(line) + 1 + display_width(word) > columns) {
      out += line + '\n';
      line.assign(hanging, ' ');
      empty = true;
    }
    if (!empty) line += ' ';
    line += word;
    empty = false;
    at = end + 1;
  }
  return out + line + '\n';
}

}  // namespace margay::text
