// PNG by libpng; behind decode.h.
#pragma once

#include <cstdint>
#include <span>

#include "margay/image/decode.h"
#include "margay/image/image.h"

namespace margay::image {

/// Reads the header and looks for an EXIF chunk. Throws FormatError.
PictureInfo probe_png(std::span<const uint8_t> bytes);

/// Decodes as stored, orientation not applied: palette and gray become RGB, alpha is laid over white, 16 bits
/// become 8. Throws FormatError.
Image decode_png(std::span<const uint8_t> bytes);

}  // namespace margay::image
