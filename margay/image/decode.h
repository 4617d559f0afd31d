// Encoded bytes to pictures; the format is found by content, never by name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "margay/image/image.h"
#include "margay/image/resize.h"

namespace margay::image {

/// Counts up whenever the same bytes may decode to other pixels than before: whoever stores decoded pixels
/// stores this beside them.
inline constexpr int kDecoderVersion = 5;

enum class Format { jpeg, png, webp, gif, bmp, tiff, heif, avif, jpeg2000, pnm, tga };

std::string_view name_of(Format format);
/// As browsers and mail call it, such as "image/jpeg".
std::string_view media_type_of(Format format);

/// The format that the first bytes announce; nothing if it is none that margay reads.
std::optional<Format> sniff_format(std::span<const uint8_t> bytes);

/// What the header of an encoded picture says, before anything is decoded.
struct PictureInfo {
  Format format = Format::jpeg;
  int width = 0;  ///< pixels, as stored (before orientation)
  int height = 0;
  int orientation = 1;  ///< EXIF, 1 to 8
  /// Memory that samples take while they are unpacked, where the header asks for more than its pixels do.
  uint64_t sample_bytes = 0;
};

/// What became of the ICC profile that a picture brought along.
enum class ProfileUse {
  none,       ///< it brought none
  srgb,       ///< it says sRGB: nothing had to be done
  converted,  ///< the pixels were converted to sRGB
  ignored,    ///< it is broken or not made for such pixels, which are taken as sRGB
};

/// A picture, and what is to be known about how it came to be.
struct Decoded {
  Image picture{};
  PictureInfo info{};
  /// The part of `picture` that shows, in its pixels: all of it unless it was scaled while decoding, when the
  /// last pixel of a side may stand for less than a whole one.
  Box box{};
  bool partial = false;  ///< pixels were missing from the file; they are gray
  ProfileUse profile = ProfileUse::none;
  std::string note{};  ///< what is missing, was ignored or was guessed; empty when nothing is
};

/// What `name`, an option or a variable, says in millions. Throws UsageError for a value that is no number
/// above 0 and up to 10000.
uint64_t pixels_of_megapixels(const std::string& megapixels, std::string_view name);

/// Pixels that a picture may have: $MARGAY_MAX_MEGAPIXELS millions, else 250 millions, which holds those of
/// every phone. Throws as pixels_of_megapixels does.
uint64_t default_max_pixels();

/// Only the first picture of an animation or of a file of pages is read, however many follow.
struct DecodeOptions {
  bool apply_orientation = true;
  uint64_t max_pixels = default_max_pixels();  ///< checked before the memory is taken, as are all limits
  uint64_t max_file_bytes = uint64_t{1} << 30;
  int max_scans = 500;  ///< of a progressive JPEG; each is a pass over the whole picture
  /// A JPEG may come scaled by 1/2, 1/4 or 1/8 while neither side, as stored, falls below these pixels. 0: as
  /// it is.
  int enough_width = 0;
  int enough_height = 0;
};

/// Reads the header only. Throws FormatError.
PictureInfo probe(std::span<const uint8_t> bytes);

/// Decodes to RGB: gray is replicated, alpha is laid over white, 16 bits are reduced to 8, ICC profiles are
/// converted to sRGB. Where a file of any format but TIFF, HEIF and AVIF ends early, what is there is used. A
/// function of bytes and options alone. Throws FormatError that says what is wrong with the bytes.
/// Thread-safe.
Decoded decode_with_facts(std::span<const uint8_t> bytes, const DecodeOptions& options = {});

/// The picture alone.
Image decode(std::span<const uint8_t> bytes, const DecodeOptions& options = {});

/// Reads and decodes a file, in its turn where memory is short (`PixelShare`); the error names the file.
/// Throws FormatError or IoError.
Image decode_file(const std::filesystem::path& path, const DecodeOptions& options = {});

}  // namespace margay::image
