// The segments of a JPEG before its first scan.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace margay::image {

/// What margay needs to know of a JPEG before it decodes it.
struct JpegHeader {
  int width = 0;       ///< pixels, at least 1
  int height = 0;      ///< pixels, at least 1
  int components = 0;  ///< 1 gray, 3 colour, 4 CMYK
  int orientation = 1;
  bool several_scans = false;  ///< progressive, or one scan for each component
  size_t first_scan = 0;       ///< offset of the first scan's marker
  std::vector<std::span<const uint8_t>>
      profile_chunks;  ///< of the ICC profile, each with its number and count
};

/// Throws FormatError that says which segment makes no sense, or is missing, or is of a kind that cannot be
/// decoded.
JpegHeader read_jpeg_header(std::span<const uint8_t> bytes);

/// The scans of a JPEG that has several.
struct JpegScans {
  int count = 0;
  size_t end = 0;  ///< where a segment begins that the file cuts short; the size of the file if there is none
};

/// Counting stops when there are more than `limit`.
JpegScans walk_scans(std::span<const uint8_t> bytes, const JpegHeader& header, int limit);

/// The ICC profile in one piece; empty when there is none.
std::vector<uint8_t> profile_of(const JpegHeader& header);

}  // namespace margay::image
