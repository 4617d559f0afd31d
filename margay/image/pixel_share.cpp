// Reckons what decoders take at the most, besides the bytes of the file.
#include "margay/image/pixel_share.h"

#include <algorithm>

#include "margay/core/byte_budget.h"
#include "margay/core/cpu.h"

namespace margay::image {
namespace {

ByteBudget& budget() {
  static ByteBudget all(std::max(uint64_t{1} << 30, available_memory_bytes() / 4));
  return all;
}

/// Of a pixel, with the copy that an orientation or a profile needs.
uint64_t pixel_bytes(Format format) {
  switch (format) {
    case Format::jpeg:
      return 9;  // three coefficients of 16 bits, where there are several scans, and the pixel
    case Format::heif:
    case Format::avif:
      return 16;  // four planes of 10 bits, interleaved, and a copy of that
    default:
      return 8;  // with opacity, and without
  }
}

uint64_t bytes_to_decode(const PictureInfo& info) {
  const uint64_t pixels = static_cast<uint64_t>(info.width) * static_cast<uint64_t>(info.height);
  if (pixels > default_max_pixels()) return 0;  // is refused
  return pixels * pixel_bytes(info.format) + info.sample_bytes;
}

}  // namespace

PixelShare::PixelShare(const PictureInfo& info) : bytes_(bytes_to_decode(info)) {
  budget().take(bytes_);
}

PixelShare::~PixelShare() {
  budget().give_back(bytes_);
}

uint64_t PixelShare::most_bytes() {
  return budget().bytes();
}

}  // namespace margay::image
