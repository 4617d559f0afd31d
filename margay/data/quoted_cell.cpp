// Bytes as ANSI C writes them between quotes; texts that look as if they were quoted are quoted, too, so that
// each comes back as it was.
#include "margay/data/quoted_cell.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>

#include "margay/core/utf8.h"

namespace margay::data {
namespace {

constexpr std::string_view kBegin = "$'";
constexpr char kEnd = '\'';

/// Whether a well-formed sequence may stand in a table.
bool is_harmless(std::string_view sequence) {
  const auto first = static_cast<unsigned char>(sequence[0]);
  if (sequence.size() == 1) return (first >= 0x20 && first != 0x7F) || first == '\n' || first == '\t';
  if (sequence.size() == 2) return first != 0xC2 || static_cast<unsigned char>(sequence[1]) >= 0xA0;  // C1
  // U+202A to U+202E and U+2066 to U+2069: embeddings, overrides and isolates.
  const bool turns =
      (sequence >= "\u202A" && sequence <= "\u202E") || (sequence >= "\u2066" && sequence <= "\u2069");
  return sequence.size() != 3 || !turns;
}

/// Of the next character, or of one byte that is part of none, for the inside of quotes.
std::string escaped(std::string_view sequence, bool plain) {
  if (plain && (sequence == "\\" || sequence == "'")) return '\\' + std::string(sequence);
  if (plain) return std::string(sequence);
  std::string text;
  for (const char byte : sequence) text += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
  return text;
}

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  return std::nullopt;
}

/// Takes one character off the inside of quotes; nothing where no writer of ours has made it.
std::optional<char> take_character(std::string_view& inside) {
  const char first = inside[0];
  inside.remove_prefix(1);
  if (first == kEnd) return std::nullopt;
  if (first != '\\') return first;
  if (inside.starts_with('\\') || inside.starts_with(kEnd)) {
    const char second = inside[0];
    inside.remove_prefix(1);
    return second;
  }
  if (inside.size() < 3 || inside[0] != 'x') return std::nullopt;
  const auto high = hex_digit(inside[1]), low = hex_digit(inside[2]);
  inside.remove_prefix(3);
  if (!high || !low) return std::nullopt;
  return static_cast<char>(*high << 4 | *low);
}

/// What stands between quotes; nothing where the cell is not quoted so.
std::optional<std::string> unquoted(std::string_view cell) {
  if (cell.size() <= kBegin.size() || !cell.starts_with(kBegin) || !cell.ends_with(kEnd)) return std::nullopt;
  std::string_view inside = cell.substr(kBegin.size(), cell.size() - kBegin.size() - 1);
  if (inside.find('\\') == inside.npos) return std::nullopt;  // nothing was there to quote
  std::string text;
  while (!inside.empty()) {
    const std::optional<char> next = take_character(inside);
    if (!next) return std::nullopt;
    text += *next;
  }
  return text;
}

}  // namespace

std::string quoted_cell(std::string_view field) {
  bool needs_quotes = unquoted(field).has_value();
  std::string inside;
  for (std::string_view rest = field; !rest.empty();) {
    const size_t length = utf8_sequence_length(rest);
    const std::string_view sequence = rest.substr(0, std::max<size_t>(1, length));
    const bool plain = length > 0 && is_harmless(sequence);
    needs_quotes |= !plain;
    inside += escaped(sequence, plain);
    rest.remove_prefix(sequence.size());
  }
  return needs_quotes ? std::string(kBegin) + inside + kEnd : std::string(field);
}

std::string from_quoted_cell(std::string_view cell) {
  return unquoted(cell).value_or(std::string(cell));
}

}  // namespace margay::data
