// Without a mark, UTF-16 and UTF-32 are known by what ASCII in them looks like.
#include "margay/data/text_encoding.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "margay/core/atomic_file.h"
#include "margay/core/unicode.h"

namespace margay::data {
namespace {

using namespace std::string_view_literals;

constexpr size_t kLookedAt = 4096;

uint32_t unit_of(std::string_view bytes, bool big_endian) {
  uint32_t unit = 0;
  for (size_t i = 0; i < bytes.size(); ++i)
    unit = unit << 8 | static_cast<uint8_t>(bytes[big_endian ? i : bytes.size() - 1 - i]);
  return unit;
}

/// Whether the start is text in units of so many bytes: a quarter or more is ASCII, as paths are, none is
/// zero, and none lies beyond Unicode.
bool has_units(std::string_view bytes, size_t width, bool big_endian) {
  constexpr uint32_t kLastCharacter = 0x10FFFF;
  const size_t units = std::min(bytes.size(), kLookedAt) / width;
  size_t ascii = 0;
  for (size_t i = 0; i < units; ++i) {
    const uint32_t unit = unit_of(bytes.substr(i * width, width), big_endian);
    if (unit == 0 || unit > kLastCharacter) return false;
    ascii += unit < 0x80 ? 1 : 0;
  }
  return units > 0 && ascii >= (units + 3) / 4;
}

}  // namespace

EncodedText decode_text(std::string bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) return {bytes.substr(3), ""};
  const std::string_view view = bytes;
  // Before UTF-16, whose mark of little ends is the first half of this one's.
  if (view.starts_with("\xFF\xFE\0\0"sv)) return {utf8_from_utf32(view.substr(4), false), "UTF-32"};
  if (view.starts_with("\0\0\xFE\xFF"sv)) return {utf8_from_utf32(view.substr(4), true), "UTF-32"};
  if (view.starts_with("\xFF\xFE")) return {utf8_from_utf16(view.substr(2), false), "UTF-16"};
  if (view.starts_with("\xFE\xFF")) return {utf8_from_utf16(view.substr(2), true), "UTF-16"};
  for (const bool big_endian : {false, true}) {
    if (has_units(view, 4, big_endian)) return {utf8_from_utf32(view, big_endian), "UTF-32"};
    if (has_units(view, 2, big_endian)) return {utf8_from_utf16(view, big_endian), "UTF-16"};
  }
  return {std::move(bytes), ""};
}

EncodedText read_encoded_text(const std::filesystem::path& path) {
  return decode_text(read_text_file(path));
}

}  // namespace margay::data
