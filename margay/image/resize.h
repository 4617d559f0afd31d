// Antialiased separable resampling with Pillow's arithmetic, so that numbers agree with what Python users
// measured.
#pragma once

#include "margay/image/image.h"

namespace margay::image {

/// Reconstruction filter of the antialiased resize, as in Pillow: widened by the scale when reducing.
enum class Kernel { box, bilinear, bicubic, lanczos };

/// Part of a picture, in pixels.
struct Window {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};

/// The whole picture scaled to `width` x `height` (at least 1 x 1): 8-bit fixed point, horizontal pass first,
/// as PIL.Image.resize. Throws UsageError for an empty picture or size. Thread-safe.
Image resize(ImageView picture, int width, int height, Kernel kernel);

/// The same, but only the part `window` of the scaled picture is computed; it must lie inside.
Image resize(ImageView picture, int width, int height, Kernel kernel, const Window& window);

}  // namespace margay::image
