// Maps that only mirror: their pixels are copied, which is several times faster than resampling them.
#pragma once

#include <cstdint>

#include "margay/augment/affine.h"
#include "margay/image/image.h"

namespace margay::augment {

/// Whether the map takes a picture of this size to itself, to its mirror images or turned upside down.
bool is_mirror(const AffineMap& map, int width, int height);

/// Writes what `resample` writes for such a map.
void mirror(image::ImageView in, const AffineMap& map, uint8_t* out_u8);

}  // namespace margay::augment
