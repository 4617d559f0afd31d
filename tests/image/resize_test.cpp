// Resizing against Pillow, and properties that hold for every kernel.
#include "margay/image/resize.h"

#include <doctest/doctest.h>

#include <string>

#include "margay/core/error.h"
#include "margay/core/random.h"
#include "margay/image/preprocess.h"
#include "tests/image/golden.h"

using namespace margay;
using namespace margay::image;
using margay::test::golden;
using margay::test::golden_path;
using margay::test::largest_difference;

namespace {

Image noise(int width, int height) {
  Image picture(width, height);
  Random random{1};
  for (uint8_t& value : picture.pixels) value = static_cast<uint8_t>(random.below(256));
  return picture;
}

}  // namespace

TEST_CASE("resizing gives the pixels of Pillow") {
  const Image source = decode_file(golden_path("source.png"));
  for (const Kernel kernel : {Kernel::box, Kernel::bilinear, Kernel::bicubic, Kernel::lanczos})
    for (const auto& [width, height] : {std::pair{12, 9}, {50, 40}, {45, 7}, {31, 11}, {3, 23}}) {
      const std::string name = "resize_" + std::string(name_of(kernel)) + "_" + std::to_string(width) + "x" +
                               std::to_string(height);
      CAPTURE(name);
      CHECK(largest_difference(resize(source, width, height, kernel), golden(name)) == 0);
    }
}

TEST_CASE("a window of a resized picture is that part of the whole") {
  const Image source = noise(67, 45);
  for (const auto& [width, height] : {std::pair{40, 30}, {90, 80}, {67, 20}, {20, 45}, {67, 45}}) {
    const Image whole = resize(source, width, height, Kernel::bicubic);
    const Window window{5, 3, 12, 14};
    const Image part = resize(source, width, height, Kernel::bicubic, window);
    for (int y = 0; y < window.height; ++y)
      for (int i = 0; i < window.width * 3; ++i)
        REQUIRE(part.pixels[y * window.width * 3 + i] ==
                whole.pixels[((y + window.y) * width + window.x) * 3 + static_cast<size_t>(i)]);
  }
}

TEST_CASE("a picture of one colour keeps it at every size") {
  for (const Kernel kernel : {Kernel::box, Kernel::bilinear, Kernel::bicubic, Kernel::lanczos})
    for (const int side : {1, 2, 7, 16, 33, 100}) {
      Image plain(19, 23);
      std::fill(plain.pixels.begin(), plain.pixels.end(), uint8_t{201});
      const Image scaled = resize(plain, side, 101 - side, kernel);
      CHECK(std::all_of(scaled.pixels.begin(), scaled.pixels.end(),
                        [](uint8_t value) { return value == 201; }));
    }
}

TEST_CASE("extreme shapes resize") {
  CHECK(resize(noise(1, 1), 50, 40, Kernel::lanczos).pixels.size() == 50 * 40 * 3);
  CHECK(resize(noise(5000, 1), 3, 3, Kernel::bilinear).width == 3);
  CHECK(resize(noise(1, 5000), 3, 3, Kernel::bicubic).height == 3);
  const Image same = noise(20, 10);
  CHECK(resize(same, 20, 10, Kernel::lanczos) == same);
}

TEST_CASE("impossible sizes are refused") {
  const Image picture = noise(4, 4);
  CHECK_THROWS_AS(resize(picture, 0, 4, Kernel::box), UsageError);
  CHECK_THROWS_AS(resize(picture, 4, -1, Kernel::box), UsageError);
  CHECK_THROWS_AS(resize(Image(), 4, 4, Kernel::box), UsageError);
  CHECK_THROWS_AS(resize(picture, 8, 8, Kernel::box, {4, 0, 5, 8}), UsageError);
  CHECK_THROWS_AS(resize(picture, 8, 8, Kernel::box, {-1, 0, 4, 4}), UsageError);
  CHECK_THROWS_AS(resize(picture, 8, 8, Kernel::box, {0, 0, 0, 4}), UsageError);
}
