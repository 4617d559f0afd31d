// Encodes through libpng's simplified interface and TurboJPEG.
#include "margay/image/encode.h"

#include <png.h>
#include <turbojpeg.h>

#include <memory>

#include "margay/core/error.h"

namespace margay::image {
namespace {

constexpr const char* kWhere = "image.encode";

void check(ImageView picture) {
  constexpr int limit = 65500;  // of JPEG, and far above what a PNG of ours needs
  require(
      picture.width > 0 && picture.height > 0 && picture.width <= limit && picture.height <= limit, kWhere,
      fmt::format("the picture is {} x {} pixels, expected 1 to {}", picture.width, picture.height, limit));
}

}  // namespace

std::vector<uint8_t> encode_png(ImageView picture) {
  check(picture);
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(picture.width);
  image.height = static_cast<png_uint_32>(picture.height);
  image.format = PNG_FORMAT_RGB;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::vector<uint8_t> bytes(size);
  png_image_write_to_memory(&image, bytes.data(), &size, 0, picture.pixels, 0, nullptr);
  const bool failed = PNG_IMAGE_FAILED(image);
  const std::string message = image.message;
  png_image_free(&image);
  require<Error>(!failed, kWhere, fmt::format("PNG: {}", message));
  bytes.resize(size);
  bytes.shrink_to_fit();
  return bytes;
}

std::vector<uint8_t> encode_jpeg(ImageView picture, int quality) {
  check(picture);
  require(quality >= 1 && quality <= 100, kWhere, fmt::format("JPEG quality {}, expected 1 to 100", quality));
  const std::unique_ptr<void, int (*)(tjhandle)> handle(tjInitCompress(), tjDestroy);
  require<Error>(handle != nullptr, kWhere, "libjpeg-turbo cannot start");
  unsigned long size = tjBufSize(picture.width, picture.height, TJSAMP_420);
  std::vector<uint8_t> bytes(size);
  unsigned char* out = bytes.data();
  require<Error>(tjCompress2(handle.get(), picture.pixels, picture.width, 0, picture.height, TJPF_RGB, &out,
                             &size, TJSAMP_420, quality, TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT) == 0,
                 kWhere, fmt::format("JPEG: {}", tjGetErrorStr2(handle.get())));
  bytes.resize(size);
  bytes.shrink_to_fit();
  return bytes;
}

}  // namespace margay::image
