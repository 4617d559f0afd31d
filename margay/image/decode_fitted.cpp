// Asks the decoder for as many pixels as the fit needs.
#include "margay/image/decode_fitted.h"

#include <utility>
#include <vector>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/image/fit.h"
#include "margay/image/pixel_share.h"

namespace margay::image {
namespace {

/// What the decoder leaves has at least so many times the pixels per side that the network sees.
constexpr int kMargin = 2;

bool swaps_sides(const PictureInfo& info, const Preprocess& spec) {
  return spec.apply_orientation && info.orientation >= 5;
}

}  // namespace

Decoded decode_fitted(std::span<const uint8_t> bytes, const Preprocess& spec) {
  const PictureInfo info = probe(bytes);
  const PixelShare share(info);
  const bool swapped = swaps_sides(info, spec);
  Size seen{info.width, info.height};
  if (swapped) std::swap(seen.width, seen.height);
  Size enough = fitted_size(seen, spec);
  if (swapped) std::swap(enough.width, enough.height);
  Decoded decoded = decode_with_facts(bytes, {.apply_orientation = spec.apply_orientation,
                                              .enough_width = kMargin * enough.width,
                                              .enough_height = kMargin * enough.height});
  decoded.picture = fit_picture(decoded.picture, decoded.box, seen, spec);
  decoded.box = whole(decoded.picture);
  return decoded;
}

Decoded decode_fitted_file(const std::filesystem::path& path, const Preprocess& spec) {
  const std::vector<uint8_t> bytes = read_file(path, DecodeOptions{}.max_file_bytes);
  try {
    return decode_fitted(bytes, spec);
  } catch (const FormatError& error) {
    throw FormatError("image.decode", fmt::format("{}: {}", path.string(), reason_of(error)));
  }
}

}  // namespace margay::image
