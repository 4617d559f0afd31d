// The characters are those that Unicode calls controls and format characters, less the ones that only shape.
#include "margay/core/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "margay/core/utf8.h"

namespace margay {
namespace {

struct CodeRange {
  char32_t first, last;
};

constexpr std::array<CodeRange, 13> kHidden{{{0x00, 0x1F},        // controls: escape sequences begin with 1B
                                             {0x7F, 0x9F},        // delete, and the controls of 8 bits
                                             {0xAD, 0xAD},        // soft hyphen
                                             {0x61C, 0x61C},      // Arabic letter mark
                                             {0x180E, 0x180E},    // Mongolian vowel separator
                                             {0x200B, 0x200F},    // of no width, marks of direction
                                             {0x2028, 0x202E},    // line ends, embeddings and overrides
                                             {0x2060, 0x206F},    // of no width, isolates
                                             {0xFEFF, 0xFEFF},    // byte order mark
                                             {0xFFF9, 0xFFFB},    // annotations
                                             {0x1BCA0, 0x1BCA3},  // shorthand format
                                             {0x1D173, 0x1D17A},  // musical format
                                             {0xE0000, 0xE0FFF}}};  // tags

bool is_hidden(char32_t code) {
  return std::any_of(kHidden.begin(), kHidden.end(),
                     [code](const CodeRange& range) { return code >= range.first && code <= range.last; });
}

/// Of a well-formed sequence.
char32_t code_point(std::string_view sequence) {
  const auto first = static_cast<unsigned char>(sequence[0]);
  if (sequence.size() == 1) return first;
  char32_t code = first & (0x7Fu >> sequence.size());
  for (const char byte : sequence.substr(1)) code = code << 6 | (static_cast<unsigned char>(byte) & 0x3Fu);
  return code;
}

/// As JSON writes it: two surrogates where 16 bits are too few.
std::string escaped(char32_t code) {
  if (code < 0x10000) return fmt::format("\\u{:04x}", static_cast<unsigned>(code));
  const unsigned rest = static_cast<unsigned>(code) - 0x10000;
  return fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + (rest >> 10), 0xDC00 + (rest & 0x3FF));
}

bool is_plain(char byte) {
  return byte >= 0x20 && byte < 0x7F;
}

/// `kept` are controls that stay.
std::string escape_hidden(std::string_view text, std::string_view kept) {
  const auto stays = [&](char byte) { return is_plain(byte) || kept.find(byte) != kept.npos; };
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const auto plain = std::find_if_not(text.begin(), text.end(), stays) - text.begin();
    shown += text.substr(0, static_cast<size_t>(plain));
    text.remove_prefix(static_cast<size_t>(plain));
    if (text.empty()) break;
    const size_t length = utf8_sequence_length(text);
    const std::string_view sequence = text.substr(0, std::max<size_t>(1, length));
    if (length == 0)
      shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
    else if (const char32_t code = code_point(sequence); is_hidden(code))
      shown += escaped(code);
    else
      shown += sequence;
    text.remove_prefix(sequence.size());
  }
  return shown;
}

}  // namespace

std::string printable(std::string_view name) {
  return escape_hidden(name, "");
}

std::string printable_message(std::string_view text) {
  return escape_hidden(text, "\n");
}

std::string printable_lines(std::string_view text) {
  return escape_hidden(text, "\n\t");
}

}  // namespace margay
