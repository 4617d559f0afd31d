// Row by row to four channels, and from these over white.
#include "margay/image/pixel_view.h"

#include <array>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "margay/core/error.h"
#include "margay/image/codec.h"

namespace margay::image {
namespace {

constexpr const char* kWhere = "image.pixels";

/// Where red, green, blue and alpha are in a pixel; -1: nowhere.
struct Places {
  std::array<int, 3> color;
  int alpha;
  int bytes;
};

Places places_of(PixelOrder order) {
  switch (order) {
    case PixelOrder::rgb:
      return {{0, 1, 2}, -1, 3};
    case PixelOrder::bgr:
      return {{2, 1, 0}, -1, 3};
    case PixelOrder::rgba:
      return {{0, 1, 2}, 3, 4};
    case PixelOrder::bgra:
      return {{2, 1, 0}, 3, 4};
    case PixelOrder::gray:
      return {{0, 0, 0}, -1, 1};
    case PixelOrder::gray_alpha:
      return {{0, 0, 0}, 1, 2};
  }
  throw UsageError(kWhere, fmt::format("there is no pixel order {}", static_cast<int>(order)));
}

void copy_row(const uint8_t* row, const Places& places, int width, uint8_t* rgb) {
  for (int x = 0; x < width; ++x, row += places.bytes, rgb += 3) {
    for (size_t c = 0; c < 3; ++c) rgb[c] = row[places.color[c]];
    if (places.alpha >= 0) lay_over_white(rgb, row[places.alpha]);
  }
}

}  // namespace

Image to_rgb(const PixelView& view) {
  const Places places = places_of(view.order);
  require(view.pixels != nullptr && view.width > 0 && view.height > 0, kWhere,
          fmt::format("a view of {} x {} pixels, expected at least 1 x 1", view.width, view.height));
  const std::ptrdiff_t row_bytes = std::ptrdiff_t{view.width} * places.bytes;
  const std::ptrdiff_t stride = view.stride_bytes == 0 ? row_bytes : view.stride_bytes;
  require(std::abs(stride) >= row_bytes, kWhere,
          fmt::format("stride_bytes is {}, expected at least {} for {} pixels of {} bytes", stride, row_bytes,
                      view.width, places.bytes));
  Image picture(view.width, view.height);
  for (int y = 0; y < view.height; ++y)
    copy_row(view.pixels + y * stride, places, view.width,
             picture.pixels.data() + static_cast<size_t>(y) * view.width * 3);
  return picture;
}

}  // namespace margay::image
