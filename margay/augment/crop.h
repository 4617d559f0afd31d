// Random resized crop: a part of the picture, enlarged to the size of the whole.
#pragma once

#include "margay/augment/affine.h"
#include "margay/augment/box.h"
#include "margay/core/random.h"

namespace margay::augment {

/// A part with at least `least_area` (in (0, 1)) of the picture's area and a ratio of width to height from
/// 3/4 to 4/3, as torchvision's RandomResizedCrop draws it.
Box draw_crop(double least_area, int width, int height, Random& random);

/// Shows the box in the whole picture.
AffineMap enlarge(const Box& box, int width, int height);

}  // namespace margay::augment
