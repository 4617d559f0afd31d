// Leaves middles out, so that both ends of a message stay.
#include "margay/core/abbreviated.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "margay/core/number_text.h"

namespace margay {
namespace {

constexpr size_t kMostOfWord = 400, kMostOfLine = 4000;  // bytes; paths are seldom longer than the first

/// The first byte of the letter that has the byte at `at`.
size_t begin_of_letter(std::string_view text, size_t at) {
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0u) == 0x80u) --at;
  return at;
}

std::string without_middle(std::string_view text, size_t most) {
  if (text.size() <= most) return std::string(text);
  const size_t head = begin_of_letter(text, most * 2 / 3);
  const size_t tail = begin_of_letter(text, text.size() - most / 6);
  return fmt::format("{}…({} bytes left out)…{}", text.substr(0, head),
                     grouped(static_cast<int64_t>(tail - head)), text.substr(tail));
}

/// Each part between two of the `separators`, with its middle left out where it is long.
std::string shortened_parts(std::string_view text, std::string_view separators, size_t most) {
  std::string shown;
  for (;;) {
    const size_t end = std::min(text.find_first_of(separators), text.size());
    shown += without_middle(text.substr(0, end), most);
    if (end == text.size()) return shown;
    shown += text[end];
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::string abbreviated(std::string_view text) {
  if (text.size() <= kMostOfWord) return std::string(text);
  return shortened_parts(shortened_parts(text, " \n", kMostOfWord), "\n", kMostOfLine);
}

}  // namespace margay
