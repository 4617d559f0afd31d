// What the numbers of a TIFF mean, from its tags.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "margay/image/tiff_file.h"

namespace margay::image {

/// Of a sample.
enum class TiffNumber { whole, with_sign, floating };

/// How the samples of a pixel become a colour.
enum class TiffColors {
  white_is_zero,
  black_is_zero,
  rgb,
  palette,
  cmyk,
  lab,         ///< a and b have a sign
  shifted_lab  ///< of ICC: half of the range is a or b = 0
};

/// How the pixels of the first page are stored.
struct TiffLayout {
  int width = 0, height = 0;
  int bits = 8;     ///< of a sample
  int samples = 3;  ///< of a pixel
  TiffNumber number = TiffNumber::whole;
  TiffColors colors = TiffColors::rgb;
  bool separate_planes = false;  ///< each sample has blocks of its own
  bool tiled = false;
  int block_width = 0, block_height = 0;  ///< of a strip or tile, in pixels
  /// The sample that is opacity; -1: none. Only one that is marked as such, whatever else lies behind the
  /// colours.
  int alpha = -1;
  bool premultiplied = false;  ///< the stored numbers of colours are multiplied by it already
  std::array<std::vector<uint8_t>, 3> palette{};

  /// Samples of a pixel that are colour: the first ones.
  int color_samples() const;
};

/// Throws FormatError that names what cannot be decoded.
TiffLayout read_tiff_layout(const TiffFile& file);

/// Whether only libtiff itself knows what the samples mean: luminance and chroma at several resolutions,
/// logarithms.
bool needs_libtiff_colors(const TiffFile& file);

}  // namespace margay::image
