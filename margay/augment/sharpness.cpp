// Sharpness: blended with the 3 x 3 mean in which the middle counts five times.
#include <cstddef>
#include <vector>

#include "margay/augment/blur.h"
#include "margay/augment/color_table.h"
#include "margay/core/vector_clones.h"

namespace margay::augment {
namespace {

/// Writes `count` values; those of the same channel are 3 apart. `above`, `row` and `below` point to the
/// first.
MARGAY_PIXEL_CLONES void sharpen_row(const uint8_t* above, const uint8_t* row, const uint8_t* below,
                                     size_t count, float factor, uint8_t* __restrict out) {
  for (size_t i = 0; i < count; ++i) {
    const int sum = above[i] + above[i + 3] + above[i + 6] + row[i] + 5 * row[i + 3] + row[i + 6] + below[i] +
                    below[i + 3] + below[i + 6];
    const auto smooth = static_cast<int32_t>(static_cast<float>(sum) * (1.0f / 13) + 0.5f);
    out[i] = static_cast<uint8_t>(blend(smooth, row[i + 3], factor));
  }
}

}  // namespace

void adjust_sharpness(uint8_t* pixels_u8, int width, int height, double factor) {
  if (width < 3 || height < 3) return;
  const size_t stride = static_cast<size_t>(width) * 3;
  thread_local std::vector<uint8_t> original;
  original.assign(pixels_u8, pixels_u8 + stride * static_cast<size_t>(height));
  for (size_t y = 1; y + 1 < static_cast<size_t>(height); ++y) {
    const uint8_t* const row = original.data() + y * stride;
    sharpen_row(row - stride, row, row + stride, stride - 6, static_cast<float>(factor),
                pixels_u8 + y * stride + 3);
  }
}

}  // namespace margay::augment
