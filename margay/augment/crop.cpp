// Draws the part; what fits nowhere becomes the largest part in the middle with a ratio that is allowed.
#include "margay/augment/crop.h"

#include <algorithm>
#include <cmath>

namespace margay::augment {

Box draw_crop(double least_area, int width, int height, Random& random) {
  constexpr double kLeastRatio = 3.0 / 4, kMostRatio = 4.0 / 3;
  if (const auto box = draw_box({least_area, 1, kLeastRatio, kMostRatio}, width, height, random)) return *box;
  Box box{0, 0, std::min(width, static_cast<int>(std::lround(height * kMostRatio))),
          std::min(height, static_cast<int>(std::lround(width / kLeastRatio)))};
  box.x = (width - box.width) / 2;
  box.y = (height - box.height) / 2;
  return box;
}

AffineMap enlarge(const Box& box, int width, int height) {
  AffineMap map;
  map.xx = static_cast<double>(box.width) / width;
  map.yy = static_cast<double>(box.height) / height;
  map.x0 = box.x + 0.5 * map.xx - 0.5;
  map.y0 = box.y + 0.5 * map.yy - 0.5;
  return map;
}

}  // namespace margay::augment
