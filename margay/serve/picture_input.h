// A picture as a request brings it.
#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "margay/image/preprocess.h"

namespace margay::serve {

/// As it lies in a file of any format that margay reads.
struct EncodedPicture {
  std::span<const uint8_t> bytes;
};

/// RGB, [height, width, 3], of any size.
struct RawPixels {
  int width = 0;
  int height = 0;
  std::span<const uint8_t> pixels;  ///< height * width * 3
};

/// What the network is to get: normalised values [3, height, width] of its own size.
struct PlanarValues {
  std::span<const uint8_t> bytes;  ///< of float32, little-endian; they may lie at any address
};

/// Views bytes of the request.
using PictureInput = std::variant<EncodedPicture, RawPixels, PlanarValues>;

/// The network's input [height, width, 3] for a picture: decoded, fitted and normalised as everywhere in
/// margay. Throws RequestError (413) for more than `max_pixels`, (400) for values that are not finite, and
/// FormatError for a picture that is broken. Thread-safe.
std::vector<float> network_values(const PictureInput& picture, const image::Preprocess& spec,
                                  uint64_t max_pixels);

}  // namespace margay::serve
