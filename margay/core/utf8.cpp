// Well-formed UTF-8, by the table of the Unicode standard.
#include "margay/core/utf8.h"

#include <algorithm>
#include <cstddef>

#include "margay/core/printable.h"

namespace margay {

size_t utf8_sequence_length(std::string_view text) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto within = [&](size_t i, unsigned low, unsigned high) {
    return byte(i) >= low && byte(i) <= high;
  };
  const auto tail = [&](size_t i) { return within(i, 0x80, 0xBF); };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    // Overlong forms and surrogates are excluded by the range of the second byte.
    const bool second = within(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
    return second && tail(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool second = within(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
    return second && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

std::string first_letters(std::string_view text, size_t letters) {
  const std::string shown = printable(text);
  size_t at = 0;
  for (size_t count = 0; at < shown.size() && count < letters; ++count)
    at += utf8_sequence_length(std::string_view(shown).substr(at));
  return shown.substr(0, at);
}

std::string shortened(std::string_view text, size_t letters) {
  std::string shown = printable(text);
  return count_letters(shown) <= letters ? shown : first_letters(shown, letters - 1) + "…";
}

size_t count_letters(std::string_view text) {
  size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(std::max<size_t>(1, utf8_sequence_length(text)));
  return count;
}

}  // namespace margay
