// Text without what stands around it.
#pragma once

#include <string_view>

namespace margay {

/// `text` without the characters of `spaces` at its beginning and end.
inline std::string_view trimmed(std::string_view text, std::string_view spaces = " \t") {
  const size_t first = text.find_first_not_of(spaces);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

}  // namespace margay
