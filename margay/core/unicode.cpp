// All with libunistring, which knows the tables.
#include "margay/core/unicode.h"

#include <fmt/format.h>
#include <unicase.h>
#include <unictype.h>
#include <uniname.h>
#include <uninorm.h>
#include <unistr.h>
#include <uniwidth.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <vector>

namespace margay {
namespace {

constexpr ucs4_t kReplacement = 0xFFFD;

const uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

struct FreeText {
  void operator()(uint8_t* text) const { std::free(text); }
};
using Text = std::unique_ptr<uint8_t, FreeText>;

/// The first character of a text that is not empty, and its bytes; U+FFFD and 1 for what is no UTF-8.
ucs4_t take(std::string_view text, size_t& bytes) {
  ucs4_t character = kReplacement;
  const int length = u8_mbtoucr(&character, bytes_of(text), text.size());
  bytes = length > 0 ? static_cast<size_t>(length) : 1;
  return length > 0 ? character : kReplacement;
}

std::vector<ucs4_t> characters_of(std::string_view text) {
  std::vector<ucs4_t> characters;
  for (size_t bytes = 0; !text.empty(); text.remove_prefix(bytes)) characters.push_back(take(text, bytes));
  return characters;
}

void append(std::string& text, ucs4_t character) {
  uint8_t bytes[6];
  const int length = u8_uctomb(bytes, character, sizeof bytes);
  text.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(std::max(length, 0)));
}

bool is_space(ucs4_t character) {
  return uc_is_property_white_space(character);
}

bool is_invisible(ucs4_t character) {
  return uc_is_property_default_ignorable_code_point(character);
}

/// In NFKC and case folded.
std::string folded(std::string_view text) {
  size_t length = 0;
  const Text result(u8_casefold(bytes_of(text), text.size(), nullptr, UNINORM_NFKC, nullptr, &length));
  return result ? std::string(reinterpret_cast<const char*>(result.get()), length) : std::string(text);
}

std::string composed(std::string_view text) {
  size_t length = 0;
  const Text result(u8_normalize(UNINORM_NFC, bytes_of(text), text.size(), nullptr, &length));
  return result ? std::string(reinterpret_cast<const char*>(result.get()), length) : std::string(text);
}

std::string lower(std::string_view text) {
  size_t length = 0;
  const Text result(u8_tolower(bytes_of(text), text.size(), nullptr, nullptr, nullptr, &length));
  return result ? std::string(reinterpret_cast<const char*>(result.get()), length) : std::string(text);
}

/// Letters of Cyrillic and Greek, hyphens and quotes that no reader tells from those of ASCII, folded.
ucs4_t seen_as(ucs4_t character) {
  struct Row {
    std::u32string_view letters;
    std::string_view seen;
  };
  constexpr Row kRows[] = {{U"авекмнорстухіјѕһԁԛԝ", "abekmhopctyxijshdqw"},
                           {U"αικνορτυχ", "aikvoptux"},
                           {U"\u2010\u2011\u2012\u2013\u2212", "-----"},
                           {U"\u2018\u2019\u02BC\u2032", "''''"}};
  for (const Row& row : kRows)
    if (const size_t at = row.letters.find(static_cast<char32_t>(character)); at != row.letters.npos)
      return static_cast<ucs4_t>(row.seen[at]);
  return character;
}

/// Inside a name, people write any of these between words.
void separate_words_by_spaces(std::string& name) {
  for (size_t i = 1; i + 1 < name.size(); ++i)
    if (name[i] == '-' || name[i] == '_') name[i] = ' ';
}

/// "U+00A0 NO-BREAK SPACE"
std::string name_of(ucs4_t character) {
  char name[UNINAME_MAX];
  const bool named = unicode_character_name(character, name) != nullptr;
  return fmt::format("U+{:04X}{}{}", character, named ? " " : "", named ? name : "");
}

std::string names_of(std::vector<ucs4_t>::const_iterator begin, std::vector<ucs4_t>::const_iterator end) {
  std::vector<std::string> names;
  for (; begin < end; ++begin) names.push_back(name_of(*begin));
  return fmt::format("{}", fmt::join(names, ", "));
}

/// The characters that are left when what is equal at both ends is taken away.
std::string describe_characters(std::string_view first, std::string_view second) {
  const std::vector<ucs4_t> a = characters_of(first), b = characters_of(second);
  const auto [a_begin, b_begin] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  auto a_end = a.end(), b_end = b.end();
  while (a_end > a_begin && b_end > b_begin && *(a_end - 1) == *(b_end - 1)) --a_end, --b_end;
  if (a_begin == a_end) return names_of(b_begin, b_end) + " in the second alone";
  if (b_begin == b_end) return names_of(a_begin, a_end) + " in the first alone";
  return fmt::format("{} against {}", names_of(a_begin, a_end), names_of(b_begin, b_end));
}

std::string from_utf16(const std::vector<uint16_t>& units) {
  std::string text;
  for (size_t i = 0; i < units.size();) {
    ucs4_t character = kReplacement;
    const int length = u16_mbtoucr(&character, units.data() + i, units.size() - i);
    append(text, length > 0 ? character : kReplacement);
    i += static_cast<size_t>(std::max(length, 1));
  }
  return text;
}

std::string spaces_beside(std::string_view text, size_t width) {
  const size_t taken = display_width(text);
  return std::string(width > taken ? width - taken : 0, ' ');
}

}  // namespace

bool is_utf8(std::string_view text) {
  return u8_check(bytes_of(text), text.size()) == nullptr;
}

size_t display_width(std::string_view text) {
  size_t width = 0;
  for (const ucs4_t character : characters_of(text))
    width += static_cast<size_t>(std::max(uc_width(character, "UTF-8"), 0));
  return width;
}

std::string left_aligned(std::string_view text, size_t width) {
  return std::string(text) + spaces_beside(text, width);
}

std::string right_aligned(std::string_view text, size_t width) {
  return spaces_beside(text, width) + std::string(text);
}

std::string look_alike_key(std::string_view text) {
  if (!is_utf8(text)) return std::string(text);
  std::string key;
  bool space = false;
  for (const ucs4_t character : characters_of(folded(text))) {
    if (is_invisible(character)) continue;
    if (is_space(character)) {
      space = true;
      continue;
    }
    if (space && !key.empty()) key += ' ';
    space = false;
    append(key, seen_as(character));
  }
  separate_words_by_spaces(key);
  return key;
}

bool is_blank(std::string_view text) {
  return std::ranges::all_of(characters_of(text),
                             [](ucs4_t character) { return is_space(character) || is_invisible(character); });
}

std::string describe_difference(std::string_view first, std::string_view second) {
  if (composed(first) == composed(second))
    return fmt::format("by how accents are written: {}", describe_characters(first, second));
  if (lower(first) == lower(second)) return "by case";
  return fmt::format("by characters: {}", describe_characters(first, second));
}

std::string utf8_from_utf16(std::string_view bytes, bool big_endian) {
  std::vector<uint16_t> units;
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
    const auto high = static_cast<uint8_t>(bytes[big_endian ? i : i + 1]);
    const auto low = static_cast<uint8_t>(bytes[big_endian ? i + 1 : i]);
    units.push_back(static_cast<uint16_t>(high << 8 | low));
  }
  return from_utf16(units);
}

std::string utf8_from_utf32(std::string_view bytes, bool big_endian) {
  std::string text;
  for (size_t i = 0; i + 3 < bytes.size(); i += 4) {
    ucs4_t character = 0;
    for (size_t part = 0; part < 4; ++part)
      character = character << 8 | static_cast<uint8_t>(bytes[big_endian ? i + part : i + 3 - part]);
    const bool is_character = character < 0x110000 && (character < 0xD800 || character > 0xDFFF);
    append(text, is_character ? character : kReplacement);
  }
  return text;
}

std::string utf8_from_latin1(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) append(text, static_cast<uint8_t>(byte));
  return text;
}

std::string utf8_from_windows_1252(std::string_view bytes) {
  constexpr std::array<uint16_t, 32> kFrom80{0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                             0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
                                             0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                             0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};
  std::string text;
  for (const char byte : bytes) {
    const auto code = static_cast<uint8_t>(byte);
    append(text, static_cast<ucs4_t>(code >= 0x80 && code < 0xA0 ? kFrom80[code - 0x80] : code));
  }
  return text;
}

}  // namespace margay
