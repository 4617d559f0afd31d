// The segments of a JPEG before its first scan.
#pragma once

#include <cstdint>
#include <span>

namespace margay::image {

/// What margay needs to know of a JPEG before it decodes it.
struct JpegHeader {
  int width = 0;       ///< pixels, at least 1
  int height = 0;      ///< pixels, at least 1
  int components = 0;  ///< 1 gray, 3 colour, 4 CMYK
  int orientation = 1;
  bool adobe = false;     ///< has Adobe's segment, which means that CMYK is stored inverted
  size_t first_scan = 0;  ///< offset of the first scan's marker
};

/// Throws FormatError that says which segment makes no sense, or is missing, or is of a kind that cannot be
/// decoded.
JpegHeader read_jpeg_header(std::span<const uint8_t> bytes);

/// True when the marker that ends a picture (EOI) follows the first scan.
bool jpeg_has_end(std::span<const uint8_t> bytes, const JpegHeader& header);

}  // namespace margay::image
