// Brightness, contrast, saturation, hue and their kin, each as Pillow and torchvision define it.
#pragma once

#include <cstdint>

#include "margay/augment/color_pass.h"
#include "margay/core/random.h"

namespace margay::augment {

// Factors are at least 0: 0 gives black, the mean gray, or the gray picture; 1 changes nothing.
void adjust_brightness(ColorPass& colors, double factor);
void adjust_contrast(ColorPass& colors, double factor);
void adjust_saturation(ColorPass& colors, double factor);
/// Turns the hue by `turns` of the colour circle, -0.5 to 0.5.
void adjust_hue(ColorPass& colors, double turns);

/// Keeps the upper `bits` (1 to 8) of every value.
void posterize(ColorPass& colors, int bits);
/// Inverts the values that are at least `threshold`.
void solarize(ColorPass& colors, double threshold);
/// Stretches every channel so that its least value becomes 0 and its greatest 255.
void autocontrast(ColorPass& colors);
/// Makes the values of every channel about equally frequent.
void equalize(ColorPass& colors);

/// Ranges of a random change of colour; 0 leaves its part alone.
struct ColorRanges {
  double brightness = 0;  ///< factor uniform in [1 - b, 1 + b]; at most 1
  double contrast = 0;    ///< likewise
  double saturation = 0;  ///< likewise
  double hue = 0;         ///< turns uniform in [-h, h]; at most 0.5

  bool operator==(const ColorRanges&) const = default;
};

/// Adds the four in a random order with random amounts, as torchvision's ColorJitter.
void jitter_colors(ColorPass& colors, const ColorRanges& ranges, Random& random);

}  // namespace margay::augment
