// The headers of a BMP: those of OS/2 and the five of Windows.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace margay::image {

/// How the pixels are packed.
enum class BmpPacking { plain, runs_of_8_bits, runs_of_4_bits };

/// What the headers and the palette say; all of it has been checked.
struct BmpHeader {
  int width = 0, height = 0;  ///< pixels, at least 1
  bool top_down = false;      ///< the first row stored is the uppermost; else it is the lowest
  int bits = 24;              ///< of a pixel: 1, 2, 4 or 8 (index of a colour), 16, 24 or 32
  BmpPacking packing = BmpPacking::plain;
  size_t pixels_at = 0;  ///< offset in the file
  /// The bits of red, green, blue and alpha in a pixel of 16 or 32 bits; 0: there is none.
  std::array<uint32_t, 4> masks{};
  std::vector<std::array<uint8_t, 3>> palette{};  ///< RGB; 2^bits colours, black where the file has none
  std::vector<uint8_t> profile{};                 ///< ICC; empty when there is none

  /// Bytes of a stored row that is not packed in runs.
  uint64_t row_bytes() const {
    return (static_cast<uint64_t>(width) * static_cast<uint64_t>(bits) + 31) / 32 * 4;
  }
};

/// Throws FormatError that says what makes no sense, or cannot be decoded. `bytes` has the two letters and
/// the size of the second header.
BmpHeader read_bmp_header(std::span<const uint8_t> bytes);

}  // namespace margay::image
