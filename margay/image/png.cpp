// Decodes PNG through libpng's simplified interface, which keeps its longjmp to itself.
#include "margay/image/png.h"

#include <png.h>

#include <cstring>
#include <string_view>
#include <vector>

#include "margay/core/error.h"
#include "margay/image/exif.h"

namespace margay::image {
namespace {

constexpr const char* kWhere = "image.png";
constexpr size_t kSignatureBytes = 8;

/// A png_image that is open for reading and frees itself.
class Reader {
 public:
  explicit Reader(std::span<const uint8_t> bytes) {
    image_.version = PNG_IMAGE_VERSION;
    png_image_begin_read_from_memory(&image_, bytes.data(), bytes.size());
    check();
    // Without a note to the contrary, 16 bits are meant for the screen just as 8 bits are.
    image_.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { png_image_free(&image_); }

  int width() const { return static_cast<int>(image_.width); }
  int height() const { return static_cast<int>(image_.height); }
  bool has_alpha() const { return (image_.format & PNG_FORMAT_FLAG_ALPHA) != 0; }

  /// Once only.
  void read(png_uint_32 format, uint8_t* pixels) {
    image_.format = format;
    png_image_finish_read(&image_, nullptr, pixels, 0, nullptr);
    check();
  }

 private:
  void check() {
    if (!PNG_IMAGE_FAILED(image_)) return;
    const std::string message = image_.message;
    png_image_free(&image_);
    const bool cut = message.find("read beyond end") != message.npos;
    throw FormatError(kWhere, cut ? "the file is truncated: it ends before its pixels do" : message);
  }

  png_image image_{};
};

/// What shines through alpha is white; in the values as stored, as browsers and Pillow do it.
void lay_over_white(const std::vector<uint8_t>& rgba, std::vector<uint8_t>& rgb) {
  const size_t pixels = rgba.size() / 4;
  for (size_t i = 0; i < pixels; ++i) {
    const unsigned alpha = rgba[4 * i + 3];
    for (size_t c = 0; c < 3; ++c)
      rgb[3 * i + c] = static_cast<uint8_t>((rgba[4 * i + c] * alpha + 255 * (255 - alpha) + 127) / 255);
  }
}

uint32_t u32(std::span<const uint8_t> bytes, size_t at) {
  return static_cast<uint32_t>(bytes[at]) << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3];
}

/// libpng's simplified interface does not show the eXIf chunk.
int orientation_of(std::span<const uint8_t> bytes) {
  constexpr size_t frame_bytes = 12;  // length, type, checksum
  for (size_t at = kSignatureBytes; bytes.size() - at >= frame_bytes;) {
    const size_t length = u32(bytes, at);
    if (length > bytes.size() - at - frame_bytes) return 1;
    if (std::memcmp(bytes.data() + at + 4, "eXIf", 4) == 0)
      return exif_orientation(bytes.subspan(at + 8, length));
    at += frame_bytes + length;
  }
  return 1;
}

}  // namespace

PictureInfo probe_png(std::span<const uint8_t> bytes) {
  const Reader reader(bytes);
  return {Format::png, reader.width(), reader.height(), orientation_of(bytes)};
}

Image decode_png(std::span<const uint8_t> bytes) {
  Reader reader(bytes);
  Image picture(reader.width(), reader.height());
  if (reader.has_alpha()) {
    std::vector<uint8_t> rgba(static_cast<size_t>(picture.width) * picture.height * 4);
    reader.read(PNG_FORMAT_RGBA, rgba.data());
    lay_over_white(rgba, picture.pixels);
  } else {
    reader.read(PNG_FORMAT_RGB, picture.pixels.data());
  }
  return picture;
}

}  // namespace margay::image
