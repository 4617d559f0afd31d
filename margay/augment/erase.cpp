// Draws the box and blackens it.
#include "margay/augment/erase.h"

#include <cstddef>
#include <cstring>

#include "margay/augment/box.h"

namespace margay::augment {

void erase(uint8_t* pixels_u8, int width, int height, double probability, Random& random) {
  if (!random.chance(probability)) return;
  const auto box = draw_box({0.02, 0.33, 1 / 3.3, 1 / 0.3}, width, height, random);
  if (!box) return;
  for (int y = box->y; y < box->y + box->height; ++y)
    std::memset(pixels_u8 + (static_cast<size_t>(y) * width + box->x) * 3, 0,
                static_cast<size_t>(box->width) * 3);
}

}  // namespace margay::augment
