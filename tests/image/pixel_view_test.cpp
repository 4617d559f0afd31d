// Pixels in every order, with gaps and upside down.
#include "margay/image/pixel_view.h"

#include <doctest/doctest.h>

#include <vector>

#include "margay/core/error.h"
#include "margay/image/decode.h"
#include "tests/image/golden.h"

using namespace margay;
using namespace margay::image;

namespace {

constexpr int kWidth = 2, kHeight = 2;

/// The picture of these tests: its pixels are 10, 20, 30 and so on.
Image tens() {
  Image picture(kWidth, kHeight);
  for (size_t i = 0; i < picture.pixels.size(); ++i) picture.pixels[i] = static_cast<uint8_t>(10 * (i + 1));
  return picture;
}

PixelView view_of(const std::vector<uint8_t>& bytes, PixelOrder order, std::ptrdiff_t stride = 0) {
  return {bytes.data(), kWidth, kHeight, order, stride};
}

}  // namespace

TEST_CASE("each order gives the same picture") {
  using Bytes = std::vector<uint8_t>;
  CHECK(to_rgb(view_of(tens().pixels, PixelOrder::rgb)) == tens());
  const Bytes bgr{30, 20, 10, 60, 50, 40, 90, 80, 70, 120, 110, 100};
  CHECK(to_rgb(view_of(bgr, PixelOrder::bgr)) == tens());
  const Bytes rgba{10, 20, 30, 255, 40, 50, 60, 255, 70, 80, 90, 255, 100, 110, 120, 255};
  CHECK(to_rgb(view_of(rgba, PixelOrder::rgba)) == tens());
  const Bytes bgra{30, 20, 10, 255, 60, 50, 40, 255, 90, 80, 70, 255, 120, 110, 100, 255};
  CHECK(to_rgb(view_of(bgra, PixelOrder::bgra)) == tens());
}

TEST_CASE("gray is replicated and alpha is laid over white") {
  const std::vector<uint8_t> gray{10, 20, 30, 40};
  CHECK(to_rgb(view_of(gray, PixelOrder::gray)).pixels ==
        std::vector<uint8_t>{10, 10, 10, 20, 20, 20, 30, 30, 30, 40, 40, 40});
  const std::vector<uint8_t> gray_alpha{10, 255, 20, 0, 100, 51, 40, 255};
  CHECK(to_rgb(view_of(gray_alpha, PixelOrder::gray_alpha)).pixels ==
        std::vector<uint8_t>{10, 10, 10, 255, 255, 255, 224, 224, 224, 40, 40, 40});
  const std::vector<uint8_t> rgba{0, 100, 200, 51, 1, 2, 3, 0, 4, 5, 6, 255, 7, 8, 9, 255};
  CHECK(to_rgb(view_of(rgba, PixelOrder::rgba)).pixels ==
        std::vector<uint8_t>{204, 224, 244, 255, 255, 255, 4, 5, 6, 7, 8, 9});
}

TEST_CASE("rows may have gaps and may be stored from below") {
  const std::vector<uint8_t> gaps{10, 20, 30, 40, 50, 60, 1, 1, 70, 80, 90, 100, 110, 120, 1, 1};
  CHECK(to_rgb(view_of(gaps, PixelOrder::rgb, 8)) == tens());
  const std::vector<uint8_t> below{70, 80, 90, 100, 110, 120, 10, 20, 30, 40, 50, 60};
  CHECK(to_rgb({below.data() + 6, kWidth, kHeight, PixelOrder::rgb, -6}) == tens());
}

TEST_CASE("a view that makes no sense is refused") {
  const std::vector<uint8_t> bytes(12);
  CHECK_THROWS_AS(to_rgb({}), UsageError);
  CHECK_THROWS_AS(to_rgb({nullptr, 1, 1}), UsageError);
  CHECK_THROWS_AS(to_rgb({bytes.data(), -1, 1}), UsageError);
  CHECK_THROWS_WITH_AS(to_rgb(view_of(bytes, PixelOrder::rgb, 5)), doctest::Contains("expected at least 6"),
                       UsageError);
  CHECK_THROWS_AS(to_rgb(view_of(bytes, PixelOrder::rgb, -5)), UsageError);
  CHECK_THROWS_AS(to_rgb(view_of(bytes, static_cast<PixelOrder>(9))), UsageError);
}
