// Pictures to encoded bytes.
#pragma once

#include <cstdint>
#include <vector>

#include "margay/image/image.h"

namespace margay::image {

/// Lossless PNG, RGB 8 bit.
std::vector<uint8_t> encode_png(ImageView picture);

/// Baseline JPEG; quality 1 to 100, chroma subsampled 4:2:0.
std::vector<uint8_t> encode_jpeg(ImageView picture, int quality = 90);

}  // namespace margay::image
