// Flips, rotation, zoom, shift and shear, with the meaning and ranges of Keras' ImageDataGenerator, in one
// resampling.
#pragma once

#include <cstdint>

#include "margay/core/random.h"
#include "margay/image/image.h"
#include "margay/image/image_span.h"

namespace margay::augment {

/// What lies outside the picture.
enum class Fill {
  nearest,   ///< the nearest pixel of the border
  reflect,   ///< the picture mirrored, with the border pixel doubled (abcddcba), as Keras does
  constant,  ///< fill_value
};

/// Whether left and right are exchanged.
enum class Flip {
  none,
  random,     ///< with probability 1/2
  alternate,  ///< in every second epoch, so that two epochs show both forms
};

/// Ranges of the random transform of one picture.
struct AffineRanges {
  Flip flip = Flip::none;
  double rotate_degrees = 0;  ///< angle uniform in [-r, r]
  double zoom = 0;  ///< factor per axis uniform in [1 - z, 1 + z]; above 1 shows more (Keras), 0 <= z < 1
  double shift_width = 0;   ///< uniform in [-s, s] of the width
  double shift_height = 0;  ///< uniform in [-s, s] of the height
  Fill fill = Fill::nearest;
  int fill_value = 0;          ///< Fill::constant only: 0 to 255
  double shear_degrees = 0;    ///< angle uniform in [-s, s]
  bool vertical_flip = false;  ///< upside down, with probability 1/2

  bool operator==(const AffineRanges&) const = default;
};

/// Maps output pixel centres (x, y) to input pixel centres: in = matrix * out + offset.
struct AffineMap {
  double xx = 1, xy = 0, x0 = 0;  ///< in_x = xx * out_x + xy * out_y + x0
  double yx = 0, yy = 1, y0 = 0;  ///< in_y = yx * out_x + yy * out_y + y0

  bool operator==(const AffineMap&) const = default;
};

/// The two maps one after the other, in the order in which they change the picture.
AffineMap then(const AffineMap& first, const AffineMap& second);

/// Draws one transform for a picture of the given size; the same number of draws for the same ranges. What
/// Flip::alternate does depends on `alternate_flip` alone.
AffineMap draw_affine(const AffineRanges& ranges, int width, int height, Random& random,
                      bool alternate_flip = false);

/// Bilinear resampling of `in` through `map` to `out`, which may have another size. No overlap.
void resample(image::ImageView in, const AffineMap& map, Fill fill, int fill_value, image::ImageSpan out);

}  // namespace margay::augment
