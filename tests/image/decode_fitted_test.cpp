// A JPEG that was scaled while decoding looks to the network as the whole one would.
#include "margay/image/decode_fitted.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "margay/image/encode.h"
#include "margay/image/resize.h"
#include "tests/image/golden.h"
#include "tests/support/hostile_files.h"

using namespace margay;
using namespace margay::image;
using margay::test::Bytes;

namespace {

/// Smooth, without symmetry, and of sides that no power of two divides.
Bytes large_jpeg() {
  Image picture(1001, 743);
  uint8_t* value = picture.pixels.data();
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x)
      for (int c = 0; c < 3; ++c)
        *value++ = static_cast<uint8_t>(std::clamp(
            20 + x * 0.15 + 40 * std::sin(y * 0.02 + c) + 30 * std::cos(x * 0.013 * c), 0.0, 255.0));
  return encode_jpeg(picture, 95);
}

/// With an EXIF segment that holds the orientation.
Bytes turned(const Bytes& jpeg, uint8_t orientation) {
  Bytes exif = test::text_bytes(
      std::string_view("\xFF\xE1\0\x22"
                       "Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0",
                       36));
  exif[29] = orientation;
  Bytes bytes = jpeg;
  bytes.insert(bytes.begin() + 2, exif.begin(), exif.end());
  return bytes;
}

/// Root of the mean square of the differences.
double distance(const Image& a, const Image& b) {
  REQUIRE(a.pixels.size() == b.pixels.size());
  double sum = 0;
  for (size_t i = 0; i < a.pixels.size(); ++i) sum += std::pow(a.pixels[i] - b.pixels[i], 2);
  return std::sqrt(sum / static_cast<double>(a.pixels.size()));
}

}  // namespace

TEST_CASE("a part of a picture is resized as Pillow does it") {
  const Image source = decode_file(test::golden_path("source.png"));
  const Image part = resize(source, {0.5, 1.25, 27.75, 20.25}, 12, 9, Kernel::bilinear, {0, 0, 12, 9});
  CHECK(part == test::golden("resize_part_12x9"));
}

TEST_CASE("a JPEG comes as small as is enough and no smaller") {
  struct Row {
    int enough_width, enough_height, width, height;
  };
  const Bytes jpeg = large_jpeg();
  for (const Row& row : {Row{0, 0, 1001, 743}, Row{501, 300, 1001, 743}, Row{500, 371, 501, 372},
                         Row{500, 372, 1001, 743}, Row{250, 100, 251, 186}, Row{10, 10, 126, 93}}) {
    const Decoded decoded =
        decode_with_facts(jpeg, {.enough_width = row.enough_width, .enough_height = row.enough_height});
    CHECK(decoded.picture.width == row.width);
    CHECK(decoded.picture.height == row.height);
    CHECK(decoded.info.width == 1001);
    CHECK(decoded.box.width / decoded.box.height == doctest::Approx(1001.0 / 743.0));
  }
}

TEST_CASE("scaling while decoding moves nothing whatever the fit and the orientation") {
  const Bytes jpeg = large_jpeg();
  for (uint8_t orientation = 1; orientation <= 8; ++orientation)
    for (const ResizeMode fit : {ResizeMode::squash, ResizeMode::crop, ResizeMode::pad})
      for (const int width : {20, 62}) {
        CAPTURE(static_cast<int>(orientation));
        CAPTURE(name_of(fit));
        CAPTURE(width);
        const Bytes bytes = turned(jpeg, orientation);
        Preprocess spec;
        spec.fit = fit;
        spec.width = width;
        spec.height = width * 4 / 5;
        const Decoded fitted = decode_fitted(bytes, spec);
        CHECK(fitted.info.orientation == orientation);
        CHECK(distance(fitted.picture, fit_picture(decode(bytes), spec)) < 0.8);
      }
}

TEST_CASE("a picture that ignores its orientation is fitted as stored") {
  Preprocess spec;
  spec.width = 40, spec.height = 20;
  spec.apply_orientation = false;
  const Bytes jpeg = large_jpeg();
  CHECK(decode_fitted(turned(jpeg, 6), spec).picture == decode_fitted(jpeg, spec).picture);
}
