// Draws affine maps as Keras' ImageDataGenerator does.
#include "margay/augment/affine.h"

#include <cmath>
#include <numbers>

namespace margay::augment {

AffineMap draw_affine(const AffineRanges& ranges, int width, int height, Random& random) {
  // Every draw is made whatever the ranges are, so that switching one off leaves the others as they were.
  const double angle = random.uniform(-1, 1) * ranges.rotate_degrees * std::numbers::pi / 180.0;
  const double shift_y = random.uniform(-1, 1) * ranges.shift_height * height;
  const double shift_x = random.uniform(-1, 1) * ranges.shift_width * width;
  const double zoom_y = 1 + random.uniform(-1, 1) * ranges.zoom;
  const double zoom_x = 1 + random.uniform(-1, 1) * ranges.zoom;
  const bool flip = random.chance(0.5) && ranges.flip;

  // Keras' rotation * shift * zoom about the centre; its first axis goes down, which gives the sine its
  // signs.
  const double cosine = std::cos(angle), sine = std::sin(angle);
  const double center_x = width / 2.0 - 0.5, center_y = height / 2.0 - 0.5;
  AffineMap map;
  map.xx = cosine * zoom_x;
  map.xy = sine * zoom_y;
  map.yx = -sine * zoom_x;
  map.yy = cosine * zoom_y;
  map.x0 = center_x + cosine * shift_x + sine * shift_y - map.xx * center_x - map.xy * center_y;
  map.y0 = center_y - sine * shift_x + cosine * shift_y - map.yx * center_x - map.yy * center_y;
  if (flip) {
    map.x0 += map.xx * (width - 1);
    map.y0 += map.yx * (width - 1);
    map.xx = -map.xx;
    map.yx = -map.yx;
  }
  return map;
}

}  // namespace margay::augment
