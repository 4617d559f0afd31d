// Pixels spread into one array per channel, as vectors want them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace margay::augment {

constexpr size_t kBlockPixels = 64;

/// Values from 0 to 255.
struct PixelBlock {
  alignas(64) int32_t red[kBlockPixels];
  alignas(64) int32_t green[kBlockPixels];
  alignas(64) int32_t blue[kBlockPixels];
};

/// `count` pixels, at most kBlockPixels; black after them.
inline PixelBlock load_pixels(const uint8_t* pixels_u8, size_t count) {
  PixelBlock block;
  uint8_t padded[3 * kBlockPixels];
  if (count < kBlockPixels) {
    std::memset(padded, 0, sizeof padded);
    std::memcpy(padded, pixels_u8, 3 * count);
    pixels_u8 = padded;
  }
  for (size_t i = 0; i < kBlockPixels; ++i) {
    block.red[i] = pixels_u8[3 * i];
    block.green[i] = pixels_u8[3 * i + 1];
    block.blue[i] = pixels_u8[3 * i + 2];
  }
  return block;
}

inline void store_pixels(const PixelBlock& block, size_t count, uint8_t* pixels_u8) {
  uint8_t all[3 * kBlockPixels];
  uint8_t* const out = count < kBlockPixels ? all : pixels_u8;
  for (size_t i = 0; i < kBlockPixels; ++i) {
    out[3 * i] = static_cast<uint8_t>(block.red[i]);
    out[3 * i + 1] = static_cast<uint8_t>(block.green[i]);
    out[3 * i + 2] = static_cast<uint8_t>(block.blue[i]);
  }
  if (count < kBlockPixels) std::memcpy(pixels_u8, all, 3 * count);
}

/// Brightness as Pillow's conversion to "L" weighs and rounds it (ITU-R 601).
inline int32_t gray_of(int32_t red, int32_t green, int32_t blue) {
  return (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16;
}

}  // namespace margay::augment
