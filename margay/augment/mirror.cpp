// Copies rows, forwards or backwards.
#include "margay/augment/mirror.h"

#include <cstddef>
#include <cstring>

namespace margay::augment {
namespace {

/// Whether coordinates 0 to size - 1 become themselves or size - 1 to 0.
bool keeps_axis(double scale, double offset, int size) {
  return (scale == 1 && offset == 0) || (scale == -1 && offset == size - 1);
}

void copy_backwards(const uint8_t* in, int width, uint8_t* out) {
  in += 3 * static_cast<ptrdiff_t>(width);
  for (int x = 0; x < width; ++x, out += 3) {
    in -= 3;
    // Four bytes go at once, where there are so many: the next pixel overwrites the fourth.
    std::memcpy(out, in, x > 0 && x + 1 < width ? 4 : 3);
  }
}

}  // namespace

bool is_mirror(const AffineMap& map, int width, int height) {
  return map.xy == 0 && map.yx == 0 && keeps_axis(map.xx, map.x0, width) &&
         keeps_axis(map.yy, map.y0, height);
}

void mirror(image::ImageView in, const AffineMap& map, uint8_t* out_u8) {
  const size_t stride = static_cast<size_t>(in.width) * 3;
  for (int y = 0; y < in.height; ++y, out_u8 += stride) {
    const uint8_t* const row = in.pixels + static_cast<size_t>(map.yy < 0 ? in.height - 1 - y : y) * stride;
    if (map.xx < 0)
      copy_backwards(row, in.width, out_u8);
    else
      std::memcpy(out_u8, row, stride);
  }
}

}  // namespace margay::augment
