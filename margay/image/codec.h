// What every decoder gives to decode.cpp, and the list of the decoders.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "margay/image/decode.h"
#include "margay/image/image.h"

namespace margay::image {

/// Pixels that a file does not have are shown in this gray.
inline constexpr uint8_t kMissingPixel = 128;

/// A picture as the file stores it: not turned, its colours not converted.
struct Stored {
  Image picture{};
  int reduction = 1;               ///< sides are 1/reduction of the header's, rounded up
  std::string missing{};           ///< what of the pixels is not there; empty when all are
  std::vector<uint8_t> profile{};  ///< ICC; empty when there is none
  int colors = 3;      ///< components before they became RGB (1: gray), which a profile has to be made for
  std::string note{};  ///< what else is to be known, such as what was left out; empty when nothing is
};

/// One format. All functions are thread-safe; probe and decode throw FormatError.
struct Codec {
  Format format;
  std::string_view name;
  std::string_view media_type;
  bool (*recognizes)(std::span<const uint8_t> bytes);
  /// Reads the header only.
  PictureInfo (*probe)(std::span<const uint8_t> bytes);
  /// `info` is what probe said; its size has been found to be within the limits.
  Stored (*decode)(std::span<const uint8_t> bytes, const PictureInfo& info, const DecodeOptions& options);
};

extern const Codec kJpegCodec, kPngCodec, kWebpCodec, kGifCodec, kBmpCodec, kTiffCodec, kHeifCodec,
    kAvifCodec, kJpeg2000Codec, kPnmCodec, kTgaCodec;

/// True when `text` stands at `offset`.
bool has_text(std::span<const uint8_t> bytes, size_t offset, std::string_view text);

/// The words for a picture of which only the first rows are there. Throws FormatError when there is none.
std::string missing_rows(int rows_there, int rows, std::string_view where);

/// width * height pixels of four channels, none of which is there.
std::vector<uint8_t> missing_rgba(int width, int height);

/// Of a picture of four channels, the rows that its file has: from the top, or from below.
std::span<uint8_t> rows_there(std::vector<uint8_t>& rgba, int width, int rows, bool top_down);

/// Makes pixels of which nothing would be seen opaque: the program that wrote them knew of no alpha.
void forget_alpha_of_nothing(std::span<uint8_t> rgba);

/// The three bytes of a colour, as if it lay on white paper and `alpha` of 255 parts were covered by it.
inline void lay_over_white(uint8_t* rgb, unsigned alpha) {
  for (int c = 0; c < 3; ++c)
    rgb[c] = static_cast<uint8_t>((rgb[c] * alpha + 255 * (255 - alpha) + 127) / 255);
}

/// Whether colours are stored as they are or multiplied by their opacity.
enum class AlphaMode { straight, premultiplied };

/// What shines through alpha is white; in the values as stored, as browsers and Pillow do it. `rgba` has
/// width * height pixels.
Image over_white(std::span<const uint8_t> rgba, int width, int height, AlphaMode mode = AlphaMode::straight);

}  // namespace margay::image
