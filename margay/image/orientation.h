// Turns and mirrors a picture as EXIF asks for.
#pragma once

#include "margay/image/image.h"
#include "margay/image/resize.h"

namespace margay::image {

/// The picture as it was meant to be seen, for an EXIF orientation of 1 to 8 (others are taken as 1).
Image oriented(Image picture, int orientation);

/// Where a part of a picture lies once `stored` has been turned.
Box oriented(const Box& part, const Image& stored, int orientation);

}  // namespace margay::image
