// A rectangle of pixels, and how random ones are drawn.
#pragma once

#include <optional>

#include "margay/core/random.h"

namespace margay::augment {

/// Pixels [x, x + width) x [y, y + height).
struct Box {
  int x = 0, y = 0, width = 0, height = 0;
  bool operator==(const Box&) const = default;
};

/// Ranges of a random box: its area and the shape of its sides.
struct BoxRanges {
  double least_area, most_area;    ///< share of the picture, uniform
  double least_ratio, most_ratio;  ///< width / height in pixels, uniform in its logarithm
};

/// A box inside a picture of the given size, anywhere in it; nothing when ten tries did not fit.
std::optional<Box> draw_box(const BoxRanges& ranges, int width, int height, Random& random);

}  // namespace margay::augment
