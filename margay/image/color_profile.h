// ICC profiles: pixels to sRGB.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "margay/image/decode.h"
#include "margay/image/image.h"

namespace margay::image {

/// What became of an embedded colour profile.
struct ProfileResult {
  ProfileUse use = ProfileUse::none;
  std::string note;  ///< why it was ignored
};

/// Converts `picture` from the colours of `profile` to sRGB (perceptual intent), unless they are the same:
/// differ by no more than 1 of 255 on a grid of colours. `colors` says of how many components the picture was
/// made: of 1, gray, red, green and blue are equal. A profile that is broken, or not for such pictures, is
/// ignored, as is every profile of inks. Thread-safe.
ProfileResult convert_to_srgb(Image& picture, std::span<const uint8_t> profile, int colors);

/// CIE L*a*b* of D50, [N, 3] (L from 0 to 100), to sRGB, [N, 3]. Thread-safe.
void lab_to_srgb(std::span<const double> lab, std::span<uint8_t> rgb);

}  // namespace margay::image
