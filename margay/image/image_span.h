// A picture's place in memory, to be written.
#pragma once

#include <cstddef>
#include <cstdint>

#include "margay/image/image.h"

namespace margay::image {

/// Pixels of somebody else that are written: H x W x 3 uint8 without padding.
struct ImageSpan {
  int width = 0;
  int height = 0;
  uint8_t* pixels = nullptr;

  ImageSpan() = default;
  ImageSpan(int width_px, int height_px, uint8_t* data) : width(width_px), height(height_px), pixels(data) {}
  ImageSpan(Image& image)  // NOLINT(google-explicit-constructor): as ImageView
      : ImageSpan(image.width, image.height, image.pixels.data()) {}

  size_t size_bytes() const { return static_cast<size_t>(width) * height * 3; }
};

}  // namespace margay::image
