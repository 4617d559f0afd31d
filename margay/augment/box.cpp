// Boxes as torchvision's RandomResizedCrop and RandomErasing draw them.
#include "margay/augment/box.h"

#include <cmath>

namespace margay::augment {

std::optional<Box> draw_box(const BoxRanges& ranges, int width, int height, Random& random) {
  constexpr int kTries = 10;
  const double pixels = static_cast<double>(width) * height;
  for (int i = 0; i < kTries; ++i) {
    const double area = pixels * random.uniform(ranges.least_area, ranges.most_area);
    const double ratio = std::exp(random.uniform(std::log(ranges.least_ratio), std::log(ranges.most_ratio)));
    const int w = static_cast<int>(std::lround(std::sqrt(area * ratio)));
    const int h = static_cast<int>(std::lround(std::sqrt(area / ratio)));
    if (w < 1 || h < 1 || w > width || h > height) continue;
    const auto y = static_cast<int>(random.below(static_cast<uint64_t>(height - h) + 1));
    const auto x = static_cast<int>(random.below(static_cast<uint64_t>(width - w) + 1));
    return Box{x, y, w, h};
  }
  return std::nullopt;
}

}  // namespace margay::augment
