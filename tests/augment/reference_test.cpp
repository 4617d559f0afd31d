// Every operation with fixed amounts against torchvision and Pillow.
#include <doctest/doctest.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "margay/augment/blur.h"
#include "margay/augment/color.h"
#include "margay/augment/crop.h"
#include "margay/augment/policy.h"
#include "margay/core/error.h"
#include "tests/augment/torchvision_reference.h"

using namespace margay;
using namespace margay::augment;
using margay::image::Image;

namespace {

constexpr int kWidth = 12, kHeight = 9;

Image picture() {
  Image made(kWidth, kHeight);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x)
      for (int c = 0; c < 3; ++c)
        made.pixels[static_cast<size_t>((y * kWidth + x) * 3 + c)] =
            static_cast<uint8_t>((37 * x + 91 * y + 53 * c + 7 * x * y) & 0xFF);
  return made;
}

Image soft_picture() {
  Image made = picture();
  for (uint8_t& value : made.pixels) value = static_cast<uint8_t>(value / 2 + 30);
  return made;
}

Image reference(std::string_view name) {
  const auto* const found = std::find_if(std::begin(test::kTorchvision), std::end(test::kTorchvision),
                                         [&](const test::ReferencePicture& row) { return row.name == name; });
  REQUIRE(found != std::end(test::kTorchvision));
  Image made(kWidth, kHeight);
  REQUIRE(found->hex.size() == 2 * made.pixels.size());
  for (size_t i = 0; i < made.pixels.size(); ++i)
    std::from_chars(found->hex.data() + 2 * i, found->hex.data() + 2 * i + 2, made.pixels[i], 16);
  return made;
}

int greatest_difference(const Image& a, const Image& b) {
  int most = 0;
  for (size_t i = 0; i < a.pixels.size(); ++i) most = std::max(most, std::abs(a.pixels[i] - b.pixels[i]));
  return most;
}

/// The picture after changes that `change` adds to a pass.
template <class Change>
Image colored(Image image, Change&& change) {
  ColorPass colors(image.pixels.data(), static_cast<size_t>(kWidth) * kHeight);
  change(colors);
  colors.finish();
  return image;
}

/// Compares where the map looks at whole neighbourhoods inside `seen`: what lies outside is each one's own.
void check_moved(std::string_view name, const AffineMap& map, const Box& seen) {
  CAPTURE(name);
  const Image expected = reference(name);
  Image out(kWidth, kHeight);
  resample(picture(), map, Fill::nearest, 0, out);
  int compared = 0, most = 0;
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) {
      const double in_x = map.xx * x + map.xy * y + map.x0, in_y = map.yx * x + map.yy * y + map.y0;
      if (in_x < seen.x || in_y < seen.y || in_x > seen.x + seen.width - 1 || in_y > seen.y + seen.height - 1)
        continue;
      ++compared;
      for (size_t i = static_cast<size_t>(y * kWidth + x) * 3, end = i + 3; i < end; ++i)
        most = std::max(most, std::abs(out.pixels[i] - expected.pixels[i]));
    }
  CHECK(compared > kWidth * kHeight / 3);
  // Pillow rounds down or to the nearest, ours has 14 bits after the point.
  CHECK(most <= 1);
}

}  // namespace

TEST_CASE("changes of colour give the bytes of Pillow") {
  const auto check = [](std::string_view name, const Image& in, auto&& change) {
    CAPTURE(name);
    CHECK(colored(in, change) == reference(name));
  };
  const Image in = picture();
  check("adjust_brightness 0.4", in, [](ColorPass& c) { adjust_brightness(c, 0.4); });
  check("adjust_brightness 1.7", in, [](ColorPass& c) { adjust_brightness(c, 1.7); });
  check("adjust_contrast 0.3", in, [](ColorPass& c) { adjust_contrast(c, 0.3); });
  check("adjust_contrast 1.8", in, [](ColorPass& c) { adjust_contrast(c, 1.8); });
  check("adjust_saturation 0.25", in, [](ColorPass& c) { adjust_saturation(c, 0.25); });
  check("adjust_saturation 1.9", in, [](ColorPass& c) { adjust_saturation(c, 1.9); });
  check("to_grayscale", in, [](ColorPass& c) { adjust_saturation(c, 0); });
  check("posterize 3", in, [](ColorPass& c) { posterize(c, 3); });
  check("solarize 100", in, [](ColorPass& c) { solarize(c, 100); });
  check("autocontrast soft", soft_picture(), [](ColorPass& c) { autocontrast(c); });
  check("equalize soft", soft_picture(), [](ColorPass& c) { equalize(c); });
}

TEST_CASE("sharpness gives the bytes of Pillow") {
  for (const double factor : {0.2, 1.8}) {
    Image out = picture();
    adjust_sharpness(out.pixels.data(), kWidth, kHeight, factor);
    CHECK(out == reference(fmt::format("adjust_sharpness {}", factor)));
  }
}

TEST_CASE("hue is within one level of torchvision") {
  for (const double turns : {0.1, -0.3}) {
    const Image out = colored(picture(), [&](ColorPass& colors) { adjust_hue(colors, turns); });
    CHECK(greatest_difference(out, reference(fmt::format("adjust_hue {}", turns))) <= 1);
  }
}

TEST_CASE("blur is within one level of torchvision") {
  for (const std::string_view name : {"gaussian_blur 0.8", "gaussian_blur 2.0"}) {
    Image out = picture();
    blur(out.pixels.data(), kWidth, kHeight, name.ends_with("0.8") ? 0.8 : 2.0);
    CHECK(greatest_difference(out, reference(name)) <= 1);
  }
}

TEST_CASE("moves are within one level of torchvision") {
  const Box whole{0, 0, kWidth, kHeight};
  const auto map = [](PolicyOperation operation, double magnitude) {
    return map_of({operation, magnitude}, kWidth, kHeight);
  };
  check_moved("ShearX 0.3", map(PolicyOperation::shear_x, 0.3), whole);
  check_moved("ShearY -0.4", map(PolicyOperation::shear_y, -0.4), whole);
  check_moved("TranslateX 3", map(PolicyOperation::translate_x, 3), whole);
  check_moved("TranslateY -2", map(PolicyOperation::translate_y, -2), whole);
  check_moved("Rotate 30.0", map(PolicyOperation::rotate, 30), whole);
  const Box crop{3, 2, 7, 5};
  check_moved("resized_crop 3 2 7 5", enlarge(crop, kWidth, kHeight), crop);
}
