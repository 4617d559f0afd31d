// Samples of a TIFF to RGB.
#pragma once

#include <string>

#include "margay/image/image.h"
#include "margay/image/tiff_samples.h"

namespace margay::image {

/// The numbers that are black and white.
struct TiffRange {
  double black = 0;
  double white = 255;
};

/// Of integers up to 16 bits it is what the bits hold. Of larger and of real numbers the file does not say
/// it, and the least of 0 to 1 (real numbers only), 255, 65535 and what the bits hold is taken that has all
/// colours in it. Throws FormatError where there is none: below black there is nothing.
TiffRange range_of(const TiffFile& file, const TiffLayout& layout);

/// Writes the rows of `picture`: colours of the range over white where there is alpha.
void draw_tiff(const TiffFile& file, const TiffLayout& layout, const TiffRange& range, Image& picture);

}  // namespace margay::image
