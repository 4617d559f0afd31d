// What a text of the language of augmentations decides: "flip,rotate=45,brightness=0.2".
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "margay/augment/affine.h"
#include "margay/augment/batch_mix.h"
#include "margay/augment/color.h"

namespace margay::augment {

/// Random changes of pictures and of batches; as it is here, nothing changes.
struct Settings {
  AffineRanges affine;
  double crop = 0;  ///< least share of the area that a random resized crop shows, below 1; 0 = no crop
  ColorRanges color;
  double grayscale = 0;  ///< probability
  bool trivialaugment = false;
  int randaugment = 0;      ///< magnitude, 1 to 30; 0 = not
  int randaugment_ops = 2;  ///< operations in a picture, 1 to 10; with randaugment only
  double blur = 0;          ///< greatest sigma in pixels, drawn from 0.1 to it; at most 10
  double noise = 0;         ///< standard deviation as a share of 255; at most 1
  double erase = 0;         ///< probability
  MixRanges mix;

  bool operator==(const Settings&) const = default;
};

/// Least sigma of a random blur.
constexpr double kLeastBlur = 0.1;

/// Reads items between commas, each a name or name=value. Unknown names, values out of range, options without
/// effect and what excludes each other throw UsageError.
Settings parse_settings(std::string_view text);

/// The text that parses to these settings, with all that was decided; "" when nothing changes.
std::string to_text(const Settings& settings);

/// Every transform's name, each a text by itself.
std::span<const std::string_view> transform_names();

}  // namespace margay::augment
