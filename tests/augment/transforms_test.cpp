// What is drawn: boxes, noise, colours and operations of policies, over many pictures.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "margay/augment/color.h"
#include "margay/augment/crop.h"
#include "margay/augment/erase.h"
#include "margay/augment/noise.h"
#include "margay/augment/policy.h"

using namespace margay;
using namespace margay::augment;

namespace {

constexpr uint64_t kDraws = 3000;

std::vector<uint8_t> random_pixels(size_t count) {
  std::vector<uint8_t> pixels(3 * count);
  Random random{5};
  for (uint8_t& value : pixels) value = static_cast<uint8_t>(random.below(256));
  return pixels;
}

}  // namespace

TEST_CASE("crops keep to their area and ratio and reach every corner") {
  constexpr int kWidth = 150, kHeight = 100;
  double least = 1, most = 0;
  bool left = false, right = false, top = false, bottom = false;
  for (uint64_t key = 0; key < kDraws; ++key) {
    Random random{key};
    const Box box = draw_crop(0.08, kWidth, kHeight, random);
    CHECK(box.x >= 0);
    CHECK(box.y >= 0);
    CHECK(box.x + box.width <= kWidth);
    CHECK(box.y + box.height <= kHeight);
    const double area = static_cast<double>(box.width) * box.height / (kWidth * kHeight);
    const double ratio = static_cast<double>(box.width) / box.height;
    // Rounding to whole pixels moves both a little.
    CHECK(area > 0.075);
    CHECK(ratio > 0.73);
    CHECK(ratio < 1.37);
    least = std::min(least, area);
    most = std::max(most, area);
    left |= box.x == 0;
    top |= box.y == 0;
    right |= box.x + box.width == kWidth;
    bottom |= box.y + box.height == kHeight;
  }
  CHECK(least < 0.1);
  CHECK(most > 0.85);
  CHECK((left && right && top && bottom));
}

TEST_CASE("a picture too thin for any crop is cut in the middle") {
  Random random{1};
  CHECK(draw_crop(0.9, 1000, 10, random) == Box{493, 0, 13, 10});
  CHECK(draw_crop(0.9, 10, 1000, random) == Box{0, 493, 10, 13});
}

TEST_CASE("the crop of everything changes nothing") {
  CHECK(enlarge({0, 0, 30, 20}, 30, 20) == AffineMap{});
}

TEST_CASE("erasing blackens one box as often as asked for") {
  constexpr int kWidth = 40, kHeight = 30;
  int erased = 0;
  for (uint64_t key = 0; key < kDraws; ++key) {
    std::vector<uint8_t> pixels(3 * kWidth * kHeight, 200);
    Random random{key};
    erase(pixels.data(), kWidth, kHeight, 0.25, random);
    const auto black = std::count(pixels.begin(), pixels.end(), 0) / 3;
    if (black == 0) continue;
    ++erased;
    CHECK(black >= 0.015 * kWidth * kHeight);
    CHECK(black <= 0.35 * kWidth * kHeight);
  }
  // Four standard deviations of a binomial count.
  CHECK(std::abs(erased - 0.25 * kDraws) < 4 * std::sqrt(kDraws * 0.25 * 0.75));
}

TEST_CASE("noise is normal with the deviation asked for") {
  constexpr size_t kValues = 200'000;
  std::vector<uint8_t> values(kValues, 128);
  Random random{3};
  add_noise(values.data(), kValues, noise_levels(0.1), random);
  double sum = 0, squares = 0, cubes = 0;
  size_t beyond_two = 0;
  for (const uint8_t value : values) {
    const double z = (value - 128) / 25.5;
    sum += z;
    squares += z * z;
    cubes += z * z * z;
    beyond_two += std::abs(z) > 1.98 ? 1 : 0;  // 50.5 levels: between two whole ones
  }
  CHECK(std::abs(sum / kValues) < 0.01);
  CHECK(std::abs(squares / kValues - 1) < 0.015);
  CHECK(std::abs(cubes / kValues) < 0.04);
  CHECK(std::abs(static_cast<double>(beyond_two) / kValues - 0.0477) < 0.002);
}

TEST_CASE("strong noise is cut at black and white") {
  std::vector<uint8_t> values(1001, 250);
  Random random{4};
  add_noise(values.data(), values.size(), noise_levels(1), random);
  CHECK(std::count(values.begin(), values.end(), 255) > 300);
  CHECK(std::count(values.begin(), values.end(), 0) > 50);
}

TEST_CASE("changes in one pass are changes one after the other") {
  using Change = void (*)(ColorPass&);
  const Change changes[] = {
      [](ColorPass& c) { adjust_brightness(c, 1.3); }, [](ColorPass& c) { posterize(c, 6); },
      [](ColorPass& c) { adjust_contrast(c, 0.6); },   [](ColorPass& c) { adjust_saturation(c, 1.5); },
      [](ColorPass& c) { adjust_hue(c, 0.2); },        [](ColorPass& c) { adjust_brightness(c, 0.8); },
      [](ColorPass& c) { autocontrast(c); },           [](ColorPass& c) { adjust_hue(c, -0.4); },
      [](ColorPass& c) { solarize(c, 99); },           [](ColorPass& c) { adjust_saturation(c, 0.5); },
      [](ColorPass& c) { solarize(c, 200); },          [](ColorPass& c) { adjust_hue(c, 0.1); },
      [](ColorPass& c) { adjust_brightness(c, 1.1); }, [](ColorPass& c) { equalize(c); }};
  constexpr size_t kPixels = 5003;  // not a multiple of any block
  std::vector<uint8_t> together = random_pixels(kPixels), apart = together;
  ColorPass pass(together.data(), kPixels);
  for (const Change change : changes) {
    change(pass);
    ColorPass alone(apart.data(), kPixels);
    change(alone);
    alone.finish();
  }
  pass.finish();
  CHECK(together == apart);
}

TEST_CASE("amounts that change nothing change nothing") {
  const std::vector<uint8_t> before = random_pixels(777);
  std::vector<uint8_t> pixels = before;
  ColorPass colors(pixels.data(), 777);
  adjust_brightness(colors, 1);
  adjust_contrast(colors, 1);
  adjust_saturation(colors, 1);
  adjust_hue(colors, 0);
  posterize(colors, 8);
  solarize(colors, 256);
  colors.finish();
  CHECK(pixels == before);
}

TEST_CASE("policies draw every operation within its range") {
  std::set<PolicyOperation> trivial, rand;
  double most_rotation = 0, least_bits = 8;
  for (uint64_t key = 0; key < kDraws; ++key) {
    Random random{key};
    const PolicyStep wide = draw_trivial_augment(random);
    trivial.insert(wide.operation);
    if (wide.operation == PolicyOperation::rotate) most_rotation = std::max(most_rotation, wide.magnitude);
    if (wide.operation == PolicyOperation::posterize) least_bits = std::min(least_bits, wide.magnitude);
    const PolicyStep step = draw_rand_augment(9, 331, 662, random);
    rand.insert(step.operation);
    if (step.operation == PolicyOperation::translate_x) CHECK(std::abs(step.magnitude) == 45);
    if (step.operation == PolicyOperation::translate_y) CHECK(std::abs(step.magnitude) == 90);
    if (step.operation == PolicyOperation::rotate) CHECK(std::abs(step.magnitude) == doctest::Approx(9));
    if (step.operation == PolicyOperation::contrast) CHECK(std::abs(step.magnitude) == doctest::Approx(0.27));
    if (step.operation == PolicyOperation::posterize) CHECK(step.magnitude == 7);
    if (step.operation == PolicyOperation::solarize) CHECK(step.magnitude == doctest::Approx(178.5));
  }
  CHECK(trivial.size() == kPolicyOperations);
  CHECK(rand.size() == kPolicyOperations);
  CHECK(most_rotation == doctest::Approx(135));
  CHECK(least_bits == 2);
}
