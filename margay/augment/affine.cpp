// Draws affine maps as Keras' ImageDataGenerator does.
#include "margay/augment/affine.h"

#include <cmath>
#include <numbers>

namespace margay::augment {

AffineMap then(const AffineMap& first, const AffineMap& second) {
  AffineMap both;
  both.xx = first.xx * second.xx + first.xy * second.yx;
  both.xy = first.xx * second.xy + first.xy * second.yy;
  both.x0 = first.xx * second.x0 + first.xy * second.y0 + first.x0;
  both.yx = first.yx * second.xx + first.yy * second.yx;
  both.yy = first.yx * second.xy + first.yy * second.yy;
  both.y0 = first.yx * second.x0 + first.yy * second.y0 + first.y0;
  return both;
}

AffineMap draw_affine(const AffineRanges& ranges, int width, int height, Random& random,
                      bool alternate_flip) {
  // Every draw is made whatever the ranges are, so that switching one off leaves the others as they were.
  const double angle = random.uniform(-1, 1) * ranges.rotate_degrees * std::numbers::pi / 180.0;
  const double shift_y = random.uniform(-1, 1) * ranges.shift_height * height;
  const double shift_x = random.uniform(-1, 1) * ranges.shift_width * width;
  const double zoom_y = 1 + random.uniform(-1, 1) * ranges.zoom;
  const double zoom_x = 1 + random.uniform(-1, 1) * ranges.zoom;
  const bool drawn_flip = random.chance(0.5);
  const bool flip =
      ranges.flip == Flip::alternate ? alternate_flip : drawn_flip && ranges.flip == Flip::random;
  const double shear = random.uniform(-1, 1) * ranges.shear_degrees * std::numbers::pi / 180.0;
  const bool vertical_flip = random.chance(0.5) && ranges.vertical_flip;

  // Keras' rotation * shift * shear * zoom about the centre; its first axis goes down, which gives the sines
  // their signs.
  const double cosine = std::cos(angle), sine = std::sin(angle);
  const double shear_x = std::cos(shear), shear_y = -std::sin(shear);
  const double center_x = width / 2.0 - 0.5, center_y = height / 2.0 - 0.5;
  AffineMap map;
  map.xx = (cosine * shear_x + sine * shear_y) * zoom_x;
  map.xy = sine * zoom_y;
  map.yx = (-sine * shear_x + cosine * shear_y) * zoom_x;
  map.yy = cosine * zoom_y;
  map.x0 = center_x + cosine * shift_x + sine * shift_y - map.xx * center_x - map.xy * center_y;
  map.y0 = center_y - sine * shift_x + cosine * shift_y - map.yx * center_x - map.yy * center_y;
  if (flip) {
    map.x0 += map.xx * (width - 1);
    map.y0 += map.yx * (width - 1);
    map.xx = -map.xx;
    map.yx = -map.yx;
  }
  if (vertical_flip) {
    map.x0 += map.xy * (height - 1);
    map.y0 += map.yy * (height - 1);
    map.xy = -map.xy;
    map.yy = -map.yy;
  }
  return map;
}

}  // namespace margay::augment
