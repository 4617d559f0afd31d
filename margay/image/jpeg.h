// JPEG by libjpeg-turbo; behind decode.h.
#pragma once

#include <cstdint>
#include <span>

#include "margay/image/decode.h"
#include "margay/image/image.h"

namespace margay::image {

/// Reads the segments before the first scan. Throws FormatError.
PictureInfo probe_jpeg(std::span<const uint8_t> bytes);

/// Decodes as stored, orientation not applied. Gray and CMYK become RGB. Throws FormatError; a file that ends
/// before its pixels do counts as broken, while bytes between segments that mean nothing do not.
Image decode_jpeg(std::span<const uint8_t> bytes);

}  // namespace margay::image
