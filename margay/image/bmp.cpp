// Decodes BMP through stb_image, which is built here for nothing else.
#include <algorithm>
#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "margay/core/error.h"
#include "margay/image/codec.h"

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_BMP
#define STBI_NO_STDIO
#define STBI_NO_LINEAR
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include <stb/stb_image.h>
#pragma GCC diagnostic pop

namespace margay::image {
namespace {

constexpr const char* kWhere = "image.bmp";
constexpr uint32_t kHeaderOfOs2 = 12;  // bytes

uint32_t u16(std::span<const uint8_t> bytes, size_t at) {
  return static_cast<uint32_t>(bytes[at] | bytes[at + 1] << 8);
}

uint32_t u32(std::span<const uint8_t> bytes, size_t at) {
  return u16(bytes, at) | u16(bytes, at + 2) << 16;
}

struct Size {
  int width = 0;
  int height = 0;
};

/// What stb_image does not decode gets its name.
void require_plain(std::span<const uint8_t> bytes) {
  constexpr size_t kAt = 30;
  if (u32(bytes, 14) == kHeaderOfOs2 || bytes.size() < kAt + 4) return;
  constexpr std::pair<uint32_t, std::string_view> kKinds[] = {
      {1, "run-length encoded (RLE8)"}, {2, "run-length encoded (RLE4)"}, {4, "a JPEG"}, {5, "a PNG"}};
  for (const auto& [compression, kind] : kKinds)
    require<FormatError>(u32(bytes, kAt) != compression, kWhere,
                         fmt::format("the pixels of the BMP are {}, which is not supported; a picture editor "
                                     "can save it as PNG",
                                     kind));
}

Size size_of(std::span<const uint8_t> bytes) {
  Size size;
  int channels = 0;
  const bool good = stbi_info_from_memory(bytes.data(), static_cast<int>(bytes.size()), &size.width,
                                          &size.height, &channels) != 0;
  require<FormatError>(good && size.width > 0 && size.height > 0, kWhere,
                       "the header is broken, or of a kind that cannot be decoded");
  return size;
}

/// The rows that the file has, from offset and bits per pixel in the header.
int rows_there(std::span<const uint8_t> bytes, const PictureInfo& info) {
  const size_t begin = u32(bytes, 10);
  const uint64_t bits = u16(bytes, u32(bytes, 14) == kHeaderOfOs2 ? 24 : 28);
  const uint64_t row_bytes = (info.width * bits + 31) / 32 * 4;
  const uint64_t left = bytes.size() > begin ? bytes.size() - begin : 0;
  return row_bytes == 0 ? 0 : static_cast<int>(std::min<uint64_t>(left / row_bytes, info.height));
}

/// Rows are stored from the bottom up, unless the height is negative.
void fill_missing(Image& picture, int rows_there, bool top_down) {
  const auto edge = picture.pixels.begin() +
                    std::ptrdiff_t{3} * picture.width * (top_down ? rows_there : picture.height - rows_there);
  std::fill(top_down ? edge : picture.pixels.begin(), top_down ? picture.pixels.end() : edge, kMissingPixel);
}

bool recognizes_bmp(std::span<const uint8_t> bytes) {
  // Two letters are a weak sign; the size of the second header tells BMP from text.
  return has_text(bytes, 0, "BM") && bytes.size() >= 30 && bytes[15] == 0 && bytes[16] == 0 &&
         bytes[17] == 0 && bytes[14] >= 12;
}

PictureInfo probe_bmp(std::span<const uint8_t> bytes) {
  constexpr size_t most = INT32_MAX;
  require<FormatError>(bytes.size() <= most, kWhere, "the file is too large");
  require_plain(bytes);
  const Size size = size_of(bytes);
  return {Format::bmp, size.width, size.height};
}

Stored decode_bmp(std::span<const uint8_t> bytes, const PictureInfo& info, const DecodeOptions&) {
  Stored stored{.picture = Image(info.width, info.height)};
  const int there = rows_there(bytes, info);
  stored.missing = missing_rows(there, info.height, kWhere);
  // stb_image reads zeros behind the end.
  int width = 0, height = 0, channels = 0;
  const std::unique_ptr<stbi_uc, void (*)(void*)> rgba(
      stbi_load_from_memory(bytes.data(), static_cast<int>(bytes.size()), &width, &height, &channels, 4),
      stbi_image_free);
  if (rgba == nullptr)
    throw FormatError(kWhere, fmt::format("stb_image cannot read it: {}", stbi_failure_reason()));
  stored.picture = over_white({rgba.get(), static_cast<size_t>(width) * height * 4}, width, height);
  const bool top_down = u32(bytes, 14) != kHeaderOfOs2 && (bytes[25] & 0x80) != 0;
  fill_missing(stored.picture, there, top_down);
  return stored;
}

}  // namespace

const Codec kBmpCodec{Format::bmp, "BMP", "image/bmp", recognizes_bmp, probe_bmp, decode_bmp};

}  // namespace margay::image
