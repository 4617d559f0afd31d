// UTF-16 without a mark is known by its zeros: every second byte of ASCII.
#include "margay/data/text_encoding.h"

#include <algorithm>
#include <utility>

#include "margay/core/atomic_file.h"
#include "margay/core/unicode.h"

namespace margay::data {
namespace {

using namespace std::string_view_literals;

constexpr size_t kLookedAt = 4096;

/// Whether most bytes at even (0) or odd (1) places are zero, and none at the others.
bool has_zeros_at(std::string_view bytes, size_t parity) {
  const std::string_view start = bytes.substr(0, std::min(bytes.size(), kLookedAt));
  size_t zeros = 0;
  for (size_t i = 0; i < start.size(); ++i) {
    if (start[i] != '\0') continue;
    if (i % 2 != parity) return false;
    ++zeros;
  }
  return zeros > 0 && zeros >= start.size() / 4;
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
  if (has_zeros_at(view, 1)) return {utf8_from_utf16(view, false), "UTF-16"};
  if (has_zeros_at(view, 0)) return {utf8_from_utf16(view, true), "UTF-16"};
  return {std::move(bytes), ""};
}

EncodedText read_encoded_text(const std::filesystem::path& path) {
  return decode_text(read_text_file(path));
}

}  // namespace margay::data
