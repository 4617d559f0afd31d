// A picture in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace margay::image {

/// RGB picture, uint8, H x W x 3, rows from top to bottom, no padding.
struct Image {
  int width = 0;
  int height = 0;
  std::vector<uint8_t> pixels;  ///< size is height * width * 3

  Image() = default;
  Image(int width_px, int height_px)
      : width(width_px), height(height_px), pixels(static_cast<size_t>(width_px) * height_px * 3) {}

  bool operator==(const Image&) const = default;
};

/// A picture owned by somebody else: H x W x 3 uint8 without padding.
struct ImageView {
  int width = 0;
  int height = 0;
  const uint8_t* pixels = nullptr;

  ImageView() = default;
  ImageView(int width_px, int height_px, const uint8_t* data)
      : width(width_px), height(height_px), pixels(data) {}
  ImageView(const Image& image)  // NOLINT(google-explicit-constructor): a view of a whole is no surprise
      : ImageView(image.width, image.height, image.pixels.data()) {}

  size_t size_bytes() const { return static_cast<size_t>(width) * height * 3; }
};

}  // namespace margay::image
