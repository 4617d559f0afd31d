// ISO 15444-1, annex I: boxes have a length, a name, and other boxes or content.
#include "margay/image/jpeg2000_boxes.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "margay/core/error.h"
#include "margay/image/codec.h"

namespace margay::image {
namespace {

using Bytes = std::span<const uint8_t>;

uint32_t big_u32(Bytes bytes, size_t at) {
  return static_cast<uint32_t>(bytes[at]) << 24 | static_cast<uint32_t>(bytes[at + 1]) << 16 |
         static_cast<uint32_t>(bytes[at + 2]) << 8 | bytes[at + 3];
}

/// The content of the first box of this name; empty when there is none.
Bytes find_box(Bytes bytes, std::string_view name) {
  constexpr size_t head_bytes = 8, long_head_bytes = 16;
  while (bytes.size() >= head_bytes) {
    uint64_t length = big_u32(bytes, 0);
    size_t head = head_bytes;
    if (length == 1 && bytes.size() >= long_head_bytes) {
      length = uint64_t{big_u32(bytes, 8)} << 32 | big_u32(bytes, 12);
      head = long_head_bytes;
    }
    // The last one may have none, and reach to the end.
    if (length == 0) length = bytes.size();
    if (length < head || length > bytes.size()) return {};
    if (has_text(bytes, 4, name)) return bytes.subspan(head, length - head);
    bytes = bytes.subspan(length);
  }
  return {};
}

/// Such as 16 for sRGB; nothing in bare codestreams, and where an ICC profile stands in its place.
std::optional<uint32_t> enumerated_color_space(Bytes bytes) {
  constexpr uint8_t enumerated = 1;  // 2 is an ICC profile
  constexpr size_t space_at = 3;     // behind method, precedence and approximation
  const Bytes color = find_box(find_box(bytes, "jp2h"), "colr");
  if (color.size() < space_at + 4 || color[0] != enumerated) return std::nullopt;
  return big_u32(color, space_at);
}

}  // namespace

void require_known_color_space(Bytes bytes) {
  constexpr std::array<uint32_t, 5> known{12, 16, 17, 18, 24};  // CMYK, sRGB, gray, sYCC, e-sYCC
  constexpr uint32_t lab = 14;
  const std::optional<uint32_t> space = enumerated_color_space(bytes);
  if (!space || std::ranges::find(known, *space) != known.end()) return;
  const std::string found = *space == lab ? "Lab" : fmt::format("of kind {}", *space);
  throw FormatError("image.jpeg2000",
                    fmt::format("its colours are {}, expected sRGB, gray, YCC or CMYK", found),
                    "save it as RGB");
}

}  // namespace margay::image
