// The one description of how a picture becomes the input of a network; stored with every model.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "margay/core/api.h"
#include "margay/image/image.h"
#include "margay/image/resize.h"

namespace margay::image {

/// How a picture of any shape gets the shape of the network.
enum class ResizeMode {
  squash,  ///< scale both sides, the aspect ratio is lost
  crop,    ///< scale so that the shorter side is `resize`, then cut out the centre
  pad,     ///< scale so that all of it is inside, then fill the rest with `pad_value`
};

/// From decoded picture to network input: orientation, fit, kernel, size, then value = (u8 * scale - mean) /
/// std.
struct MARGAY_API Preprocess {
  static constexpr int kMaxSide = 16384;  ///< pixels

  bool apply_orientation = true;  ///< turn the picture as its EXIF tag says
  ResizeMode fit = ResizeMode::squash;
  Kernel kernel = Kernel::bilinear;
  int width = 150;   ///< pixels
  int height = 150;  ///< pixels
  /// ResizeMode::crop only: length of the shorter side before the cut, 0 = just covering width x height
  int resize = 0;
  int pad_value = 0;  ///< ResizeMode::pad only: 0 to 255
  double scale = 1.0 / 255.0;
  std::array<double, 3> mean{0, 0, 0};  ///< R, G, B, after scale
  std::array<double, 3> std{1, 1, 1};

  bool operator==(const Preprocess&) const = default;

  /// The same but for what happens to pixels after they were fitted: two specs that agree in this fit
  /// pictures alike.
  Preprocess fitting() const;

  /// Throws UsageError that names `where`, such as a file, and the field.
  void validate(std::string_view where = "image.preprocess") const;
};

MARGAY_API std::string_view name_of(ResizeMode mode);
MARGAY_API std::string_view name_of(Kernel kernel);
/// Throw UsageError that lists the known names.
MARGAY_API ResizeMode resize_mode_from_name(std::string_view name);
MARGAY_API Kernel kernel_from_name(std::string_view name);

/// The picture as the network sees it, still uint8: spec.height x spec.width x 3. Thread-safe.
MARGAY_API Image fit_picture(ImageView picture, const Preprocess& spec);

/// uint8 [.., 3] to float [.., 3]: (u8 * scale - mean) / std. Sizes must match.
MARGAY_API void normalize(std::span<const uint8_t> pixels_u8, const Preprocess& spec,
                          std::span<float> values);

}  // namespace margay::image
