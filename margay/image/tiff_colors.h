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
  double opaque = 255;  ///< the alpha of what hides all behind it; 0 hides nothing
  std::string note{};   ///< what was guessed; empty when the file says it
};

/// Of integers up to 16 bits it is what the bits hold. Of larger and of real numbers the file does not say
/// it: white is the least of 1 (real numbers only), 255, 65535 and what the bits hold of which no colour is
/// more than twice, since resampling and bright spots go beyond white; `note` says so. Throws FormatError
/// where there is none, where colours lie below black by more than a trace, and where all of them would be
/// nearly black though they are too many for the range before. Alpha has a range of its own by the same rule,
/// unless colours are multiplied by it.
TiffRange range_of(const TiffFile& file, const TiffLayout& layout);

/// Writes the rows of `picture`: colours of the range over white where there is alpha.
void draw_tiff(const TiffFile& file, const TiffLayout& layout, const TiffRange& range, Image& picture);

}  // namespace margay::image
