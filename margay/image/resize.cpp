// The two passes of a resize, written over vectors of lanes that the compiler lowers to whatever the
// processor has.
#include "margay/image/resize.h"

#include <cstdint>
#include <cstring>
#include <vector>

#include "margay/core/error.h"
#include "margay/image/resize_passes.h"
#include "margay/image/resize_weights.h"

namespace margay::image {
namespace {

int rounded_up(int n) {
  return (n + kRowBlock - 1) / kRowBlock * kRowBlock;
}

/// Rows of bytes whose stride is a whole number of blocks, as the vertical pass wants them.
struct Rows {
  int count = 0;
  int stride = 0;
  std::vector<uint8_t> bytes;

  Rows(int rows, int row_bytes)
      : count(rows), stride(rounded_up(row_bytes)), bytes(static_cast<size_t>(rows) * stride) {}
  uint8_t* row(int y) { return bytes.data() + static_cast<size_t>(y) * stride; }
  const uint8_t* row(int y) const { return bytes.data() + static_cast<size_t>(y) * stride; }
};

bool is_whole(double start, double extent, int size) {
  return start == 0 && extent == size;
}

/// Rows [first, first + count) of the picture, its part `box` scaled and cut horizontally.
Rows horizontal_pass(ImageView picture, const Box& box, int first, int count, int width, Kernel kernel,
                     const Window& window) {
  Rows rows(count, window.width * 3);
  const auto row_of = [&](int y) {
    return picture.pixels + static_cast<size_t>(first + y) * picture.width * 3;
  };
  if (is_whole(box.x, box.width, picture.width) && picture.width == width) {
    for (int y = 0; y < count; ++y) std::memcpy(rows.row(y), row_of(y) + window.x * 3, window.width * 3);
    return rows;
  }
  const ResizePasses& passes = resize_passes();
  HorizontalPlan plan(axis_weights(picture.width, box.x, box.width, width, kernel, window.x, window.width),
                      picture.width);
  for (int y = 0; y < count; ++y) passes.filter_row(row_of(y), picture.width, plan, rows.row(y));
  return rows;
}

Image vertical_pass(const Rows& rows, int first, const AxisWeights& axis, const Window& window) {
  const ResizePasses& passes = resize_passes();
  Image out(window.width, window.height);
  std::vector<uint8_t> blended(rows.stride);
  for (int y = 0; y < window.height; ++y) {
    passes.blend_rows(rows.row(axis.first[y] - first), rows.stride,
                      axis.weights.data() + static_cast<size_t>(y) * axis.taps, axis.used[y], blended.data());
    std::memcpy(out.pixels.data() + static_cast<size_t>(y) * window.width * 3, blended.data(),
                static_cast<size_t>(window.width) * 3);
  }
  return out;
}

Image without_padding(const Rows& rows, const Window& window) {
  Image out(window.width, window.height);
  for (int y = 0; y < window.height; ++y)
    std::memcpy(out.pixels.data() + static_cast<size_t>(y) * window.width * 3, rows.row(y),
                static_cast<size_t>(window.width) * 3);
  return out;
}

void check(ImageView picture, const Box& box, int width, int height, const Window& window) {
  constexpr const char* where = "image.resize";
  require(
      picture.width > 0 && picture.height > 0, where,
      fmt::format("the picture is {} x {} pixels, at least 1 x 1 expected", picture.width, picture.height));
  require(box.x >= 0 && box.y >= 0 && box.width > 0 && box.height > 0 && box.x + box.width <= picture.width &&
              box.y + box.height <= picture.height,
          where,
          fmt::format("the box {} x {} at ({}, {}) is not inside {} x {} pixels", box.width, box.height,
                      box.x, box.y, picture.width, picture.height));
  require(width > 0 && height > 0, where,
          fmt::format("the new size is {} x {} pixels, at least 1 x 1 expected", width, height));
  require(window.x >= 0 && window.y >= 0 && window.width > 0 && window.height > 0 &&
              window.width <= width - window.x && window.height <= height - window.y,
          where,
          fmt::format("the window {} x {} at ({}, {}) is not inside {} x {} pixels", window.width,
                      window.height, window.x, window.y, width, height));
}

}  // namespace

Image resize(ImageView picture, const Box& box, int width, int height, Kernel kernel, const Window& window) {
  check(picture, box, width, height, window);
  if (is_whole(box.y, box.height, picture.height) && picture.height == height)
    return without_padding(horizontal_pass(picture, box, window.y, window.height, width, kernel, window),
                           window);
  const AxisWeights axis =
      axis_weights(picture.height, box.y, box.height, height, kernel, window.y, window.height);
  const int first = axis.first.front();
  const int end = axis.first.back() + axis.used.back();
  return vertical_pass(horizontal_pass(picture, box, first, end - first, width, kernel, window), first, axis,
                       window);
}

Image resize(ImageView picture, int width, int height, Kernel kernel, const Window& window) {
  return resize(picture, whole(picture), width, height, kernel, window);
}

Image resize(ImageView picture, int width, int height, Kernel kernel) {
  return resize(picture, width, height, kernel, {0, 0, width, height});
}

}  // namespace margay::image
