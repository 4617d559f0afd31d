// Pixels as cameras, windows and other libraries hold them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "margay/core/api.h"
#include "margay/image/image.h"

namespace margay::image {

/// The bytes of a pixel in their order, each uint8.
enum class PixelOrder { rgb, bgr, rgba, bgra, gray, gray_alpha };

/// A picture owned by somebody else, in whatever order its bytes are.
struct PixelView {
  const uint8_t* pixels = nullptr;  ///< of the uppermost row
  int width = 0;                    ///< pixels, at least 1
  int height = 0;
  PixelOrder order = PixelOrder::rgb;
  /// Bytes from a row to the one below it, negative where the lowest comes first in memory. 0: rows have no
  /// gap.
  std::ptrdiff_t stride_bytes = 0;
};

/// As the decoders give pictures: gray is replicated, what shines through alpha (not multiplied with the
/// colours) is white. Values are sRGB. Throws UsageError for a view without pixels and for a stride that is
/// less than a row. Thread-safe.
MARGAY_API Image to_rgb(const PixelView& view);

}  // namespace margay::image
