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

/// Part of a picture, in pixels and their fractions.
struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
};

/// All of a picture.
inline Box whole(ImageView picture) {
  return {0, 0, static_cast<double>(picture.width), static_cast<double>(picture.height)};
}

/// The whole picture scaled to `width` x `height` (at least 1 x 1): 8-bit fixed point, horizontal pass first,
/// as PIL.Image.resize. Throws UsageError for an empty picture or size. Thread-safe.
Image resize(ImageView picture, int width, int height, Kernel kernel);

/// The same, but only the part `window` of the scaled picture is computed; it must lie inside.
Image resize(ImageView picture, int width, int height, Kernel kernel, const Window& window);

/// The same for the part `box` of the picture, which must lie inside, as the box of PIL.Image.resize.
Image resize(ImageView picture, const Box& box, int width, int height, Kernel kernel, const Window& window);

}  // namespace margay::image
