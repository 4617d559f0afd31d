// Each header is the beginning of the next larger one, but for the smallest.
#include "margay/image/bmp_header.h"

#include <algorithm>
#include <bit>
#include <string_view>
#include <utility>

#include "margay/core/error.h"
#include "margay/image/codec.h"
#include "margay/image/little_endian.h"

namespace margay::image {
namespace {

constexpr const char* kWhere = "image.bmp";
constexpr size_t kStart = 14;  // bytes of the first header
constexpr uint32_t kOs2 = 12;  // bytes of the second header: sizes of 16 bits, palette of 3 bytes a colour
constexpr uint32_t kWindows = 40;    // palette of 4 bytes a colour, from here on
constexpr uint32_t kWithMasks = 52;  // red, green, blue
constexpr uint32_t kWithAlphaMask = 56;
constexpr uint32_t kLargestOs2 = 64;
constexpr uint32_t kVersion4 = 108;
constexpr uint32_t kVersion5 = 124;  // ICC profile

enum Compression : uint32_t {
  kPlain = 0,
  kRle8 = 1,
  kRle4 = 2,
  kMasks = 3,
  kJpeg = 4,
  kPng = 5,
  kAlphaMasks = 6
};

using Bytes = std::span<const uint8_t>;

/// The second header.
struct Fields {
  uint32_t size = 0;  ///< bytes
  int64_t width = 0, height = 0;
  uint32_t bits = 0, compression = kPlain, colors = 0;

  bool is_of_os2() const { return size < kWindows || size == kLargestOs2; }
};

Fields read_fields(Bytes bytes) {
  Fields fields{.size = little_u32(bytes, kStart)};
  const bool known = (fields.size >= kOs2 && fields.size <= kLargestOs2) || fields.size == kVersion4 ||
                     fields.size == kVersion5;
  require<FormatError>(known, kWhere, fmt::format("a header of {} bytes, which no BMP has", fields.size));
  require<FormatError>(bytes.size() >= kStart + fields.size, kWhere,
                       "the file is truncated: it ends before its pixels begin");
  if (fields.size == kOs2) {
    fields.width = little_u16(bytes, 18), fields.height = little_u16(bytes, 20);
    fields.bits = little_u16(bytes, 24);
    return fields;
  }
  require<FormatError>(fields.size >= 16, kWhere,
                       fmt::format("a header of {} bytes, which no BMP has", fields.size));
  fields.width = static_cast<int32_t>(little_u32(bytes, 18));
  fields.height = static_cast<int32_t>(little_u32(bytes, 22));
  fields.bits = little_u16(bytes, 28);
  if (fields.size >= 20) fields.compression = little_u32(bytes, 30);
  if (fields.size >= 36) fields.colors = little_u32(bytes, 46);
  return fields;
}

void require_readable(const Fields& fields) {
  const uint32_t compression = fields.compression;
  const std::string_view kind = fields.is_of_os2() && compression == 3   ? "packed as by a fax"
                                : fields.is_of_os2() && compression == 4 ? "run-length encoded (RLE24)"
                                : compression == kJpeg                   ? "a JPEG"
                                : compression == kPng                    ? "a PNG"
                                : compression > kAlphaMasks              ? "packed in an unknown way"
                                                                         : "";
  require<FormatError>(kind.empty(), kWhere,
                       fmt::format("the pixels of the BMP are {}, which is not supported", kind),
                       "a picture editor can save it as PNG");
  constexpr std::array<uint32_t, 7> depths{1, 2, 4, 8, 16, 24, 32};
  require<FormatError>(std::ranges::find(depths, fields.bits) != depths.end(), kWhere,
                       fmt::format("{} bits per pixel, expected 1, 2, 4, 8, 16, 24 or 32", fields.bits));
  const uint32_t bits_of_runs = compression == kRle8 ? 8 : compression == kRle4 ? 4 : fields.bits;
  require<FormatError>(bits_of_runs == fields.bits, kWhere,
                       fmt::format("{} bits per pixel in runs, expected {}", fields.bits, bits_of_runs));
  const bool masked = compression == kMasks || compression == kAlphaMasks;
  require<FormatError>(!masked || fields.bits == 16 || fields.bits == 32, kWhere,
                       fmt::format("masks for {} bits per pixel, expected 16 or 32", fields.bits));
}

/// Behind the smaller headers there may be masks; returns where the palette begins.
size_t read_masks(Bytes bytes, const Fields& fields, BmpHeader& header) {
  size_t end = kStart + fields.size;
  if (fields.compression != kMasks && fields.compression != kAlphaMasks) {
    if (fields.bits == 16) header.masks = {0x7C00, 0x03E0, 0x001F, 0};
    // What a plain pixel has besides is said to be nothing.
    if (fields.bits == 32) header.masks = {0xFF0000, 0xFF00, 0xFF, 0};
    return end;
  }
  const bool inside = fields.size >= kWithMasks;
  require<FormatError>(inside || header.pixels_at < end || header.pixels_at >= end + 4 * 3, kWhere,
                       "it says that masks follow its header, and pixels do");
  const size_t count = fields.compression == kAlphaMasks || fields.size >= kWithAlphaMask ? 4 : 3;
  constexpr size_t first = kStart + kWindows;
  require<FormatError>(bytes.size() >= first + 4 * count, kWhere,
                       "the file is truncated: it ends inside its masks");
  for (size_t i = 0; i < count; ++i) header.masks[i] = little_u32(bytes, first + 4 * i);
  if (!inside) end += 4 * count;
  for (size_t i = 0; i < 4; ++i) {
    const uint32_t mask = header.masks[i];
    const bool one_run = mask == 0 || std::has_single_bit((mask >> std::countr_zero(mask)) + uint64_t{1});
    require<FormatError>(one_run && (fields.bits == 32 || mask <= 0xFFFF), kWhere,
                         fmt::format("the mask {:08X} is none of {} bits", mask, fields.bits));
  }
  require<FormatError>(header.masks[0] != 0 || header.masks[1] != 0 || header.masks[2] != 0, kWhere,
                       "the masks of its colours are zero");
  return end;
}

/// Returns where it ends.
size_t read_palette(Bytes bytes, const Fields& fields, size_t at, BmpHeader& header) {
  if (fields.bits > 8) return at;
  const size_t entry_bytes = fields.size == kOs2 ? 3 : 4, most = size_t{1} << fields.bits;
  size_t entries = fields.colors == 0 ? most : std::min<size_t>(fields.colors, most);
  // Where the pixels begin, the palette ends, whatever it was said to have.
  const size_t end = header.pixels_at > at ? std::min(header.pixels_at, bytes.size()) : bytes.size();
  entries = std::min(entries, (end - std::min(at, end)) / entry_bytes);
  header.palette.resize(most);
  for (size_t i = 0; i < entries; ++i) {
    const size_t from = at + i * entry_bytes;
    header.palette[i] = {bytes[from + 2], bytes[from + 1], bytes[from]};
  }
  return at + entries * entry_bytes;
}

std::vector<uint8_t> profile_in(Bytes bytes, const Fields& fields) {
  constexpr std::string_view embedded = "DEBM";  // PROFILE_EMBEDDED, the lowest byte first
  if (fields.size != kVersion5 || !has_text(bytes, kStart + 56, embedded)) return {};
  const uint64_t at = kStart + uint64_t{little_u32(bytes, kStart + 112)};
  const uint64_t size = little_u32(bytes, kStart + 116);
  if (at > bytes.size() || size > bytes.size() - at) return {0};  // broken, and said to be
  const Bytes profile = bytes.subspan(at, size);
  return {profile.begin(), profile.end()};
}

}  // namespace

BmpHeader read_bmp_header(Bytes bytes) {
  const Fields fields = read_fields(bytes);
  require_readable(fields);
  const int64_t height = fields.height < 0 ? -fields.height : fields.height;
  require<FormatError>(fields.width > 0 && height > 0 && height <= INT32_MAX, kWhere,
                       fmt::format("the header says {} x {} pixels", fields.width, fields.height));
  BmpHeader header{.width = static_cast<int>(fields.width),
                   .height = static_cast<int>(height),
                   .top_down = fields.height < 0,
                   .bits = static_cast<int>(fields.bits),
                   .packing = fields.compression == kRle8   ? BmpPacking::runs_of_8_bits
                              : fields.compression == kRle4 ? BmpPacking::runs_of_4_bits
                                                            : BmpPacking::plain,
                   .pixels_at = little_u32(bytes, 10)};
  const size_t palette_at = read_masks(bytes, fields, header);
  const size_t palette_end = read_palette(bytes, fields, palette_at, header);
  // Some programs write no offset.
  if (header.pixels_at < kStart + fields.size) header.pixels_at = palette_end;
  header.profile = profile_in(bytes, fields);
  return header;
}

}  // namespace margay::image
