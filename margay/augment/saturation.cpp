// Saturation: blended with the pixel's own gray.
#include <algorithm>

#include "margay/augment/color.h"
#include "margay/augment/pixel_block.h"
#include "margay/core/vector_clones.h"

namespace margay::augment {
namespace {

MARGAY_PIXEL_CLONES void saturate(uint8_t* pixels, size_t count, float factor) {
  for (size_t first = 0; first < count; first += kBlockPixels, pixels += 3 * kBlockPixels) {
    const size_t here = std::min(kBlockPixels, count - first);
    PixelBlock block = load_pixels(pixels, here);
    for (size_t i = 0; i < kBlockPixels; ++i) {
      const int32_t gray = gray_of(block.red[i], block.green[i], block.blue[i]);
      block.red[i] = blend(gray, block.red[i], factor);
      block.green[i] = blend(gray, block.green[i], factor);
      block.blue[i] = blend(gray, block.blue[i], factor);
    }
    store_pixels(block, here, pixels);
  }
}

}  // namespace

void adjust_saturation(ColorPass& colors, double factor) {
  colors.add(saturate, factor);
}

}  // namespace margay::augment
