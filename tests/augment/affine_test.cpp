// The drawn maps and the resampling against a slow double-precision rendering of Keras' definition:
// apply_affine_transform (rotation * shift * zoom about the centre, scipy.ndimage.affine_transform of order
// 1), then the flip.
#include "margay/augment/affine.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "margay/augment/mirror.h"
#include "margay/core/error.h"

using namespace margay;
using namespace margay::augment;
using margay::image::Image;

namespace {

using Matrix = std::array<std::array<double, 3>, 3>;

Matrix product(const Matrix& a, const Matrix& b) {
  Matrix c{};
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j)
      for (int k = 0; k < 3; ++k) c[i][j] += a[i][k] * b[k][j];
  return c;
}

/// What Keras draws for one picture; "x" goes down there, "y" to the right.
struct KerasTransform {
  double theta_degrees = 0, tx = 0, ty = 0, zx = 1, zy = 1;
  bool flip = false;
  double shear_degrees = 0;
  bool vertical_flip = false;
};

Matrix keras_matrix(const KerasTransform& t, int width, int height) {
  const double theta = t.theta_degrees * std::numbers::pi / 180;
  const double o_x = height / 2.0 - 0.5, o_y = width / 2.0 - 0.5;
  const Matrix rotation{
      {{std::cos(theta), -std::sin(theta), 0}, {std::sin(theta), std::cos(theta), 0}, {0, 0, 1}}};
  const Matrix shift{{{1, 0, t.tx}, {0, 1, t.ty}, {0, 0, 1}}};
  const double s = t.shear_degrees * std::numbers::pi / 180;
  const Matrix shear{{{1, -std::sin(s), 0}, {0, std::cos(s), 0}, {0, 0, 1}}};
  const Matrix zoom{{{t.zx, 0, 0}, {0, t.zy, 0}, {0, 0, 1}}};
  const Matrix offset{{{1, 0, o_x}, {0, 1, o_y}, {0, 0, 1}}}, reset{{{1, 0, -o_x}, {0, 1, -o_y}, {0, 0, 1}}};
  return product(product(offset, product(product(rotation, shift), product(shear, zoom))), reset);
}

int filled_index(int i, int size, Fill fill) {
  if (fill != Fill::reflect) return std::clamp(i, 0, size - 1);
  i = ((i % (2 * size)) + 2 * size) % (2 * size);
  return i < size ? i : 2 * size - 1 - i;
}

double value_at(const Image& in, double row, double column, int channel, Fill fill, double fill_value) {
  constexpr double kRounding = 1e-6;
  if (fill == Fill::constant && (row < -kRounding || column < -kRounding || row > in.height - 1 + kRounding ||
                                 column > in.width - 1 + kRounding))
    return fill_value;
  const int top = static_cast<int>(std::floor(row)), left = static_cast<int>(std::floor(column));
  double sum = 0;
  for (const int y : {top, top + 1})
    for (const int x : {left, left + 1}) {
      const double weight = (1 - std::abs(row - y)) * (1 - std::abs(column - x));
      const int from_y = filled_index(y, in.height, fill), from_x = filled_index(x, in.width, fill);
      sum += weight * in.pixels[(static_cast<size_t>(from_y) * in.width + from_x) * 3 + channel];
    }
  return sum;
}

std::vector<double> keras_picture(const Image& in, const KerasTransform& t, Fill fill, double fill_value) {
  const Matrix m = keras_matrix(t, in.width, in.height);
  std::vector<double> out;
  for (int y = 0; y < in.height; ++y)
    for (int x = 0; x < in.width; ++x) {
      const double column = t.flip ? in.width - 1 - x : x, row = t.vertical_flip ? in.height - 1 - y : y;
      const double in_row = m[0][0] * row + m[0][1] * column + m[0][2];
      const double in_column = m[1][0] * row + m[1][1] * column + m[1][2];
      for (int c = 0; c < 3; ++c) out.push_back(value_at(in, in_row, in_column, c, fill, fill_value));
    }
  return out;
}

/// The same draws as draw_affine, in Keras' words.
KerasTransform drawn(const AffineRanges& ranges, int width, int height, Random random) {
  KerasTransform t;
  t.theta_degrees = random.uniform(-1, 1) * ranges.rotate_degrees;
  t.tx = random.uniform(-1, 1) * ranges.shift_height * height;
  t.ty = random.uniform(-1, 1) * ranges.shift_width * width;
  t.zx = 1 + random.uniform(-1, 1) * ranges.zoom;
  t.zy = 1 + random.uniform(-1, 1) * ranges.zoom;
  t.flip = random.chance(0.5) && ranges.flip == Flip::random;
  t.shear_degrees = random.uniform(-1, 1) * ranges.shear_degrees;
  t.vertical_flip = random.chance(0.5) && ranges.vertical_flip;
  return t;
}

Image smooth(int width, int height) {
  Image picture(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < 3; ++c)
        picture.pixels[(static_cast<size_t>(y) * width + x) * 3 + c] =
            static_cast<uint8_t>(127 + 120 * std::sin(0.3 * x + 0.2 * y * (c + 1)));
  return picture;
}

Image noise(int width, int height) {
  Image picture(width, height);
  Random random{9};
  for (uint8_t& value : picture.pixels) value = static_cast<uint8_t>(random.below(256));
  return picture;
}

Image resampled(const Image& in, const AffineMap& map, Fill fill, int fill_value = 0) {
  Image out(in.width, in.height);
  resample(in, map, fill, fill_value, out);
  return out;
}

constexpr AffineRanges kArticle{
    .flip = Flip::random, .rotate_degrees = 45, .zoom = 0.5, .shift_width = 0.15, .shift_height = 0.15};
constexpr AffineRanges kEverything{.flip = Flip::random,
                                   .rotate_degrees = 45,
                                   .zoom = 0.5,
                                   .shift_width = 0.15,
                                   .shift_height = 0.15,
                                   .shear_degrees = 30,
                                   .vertical_flip = true};

}  // namespace

TEST_CASE("drawn transforms give the pixels that Keras defines") {
  for (const Fill fill : {Fill::nearest, Fill::reflect, Fill::constant})
    for (const auto& [width, height] : {std::pair{40, 40}, {57, 23}, {8, 61}})
      for (uint64_t key = 0; key < 12; ++key) {
        const Image in = key % 2 == 0 ? smooth(width, height) : noise(width, height);
        const AffineRanges& ranges = key < 6 ? kArticle : kEverything;
        const KerasTransform t = drawn(ranges, width, height, Random{key});
        Random random{key};
        const Image out = resampled(in, draw_affine(ranges, width, height, random), fill, 77);
        const std::vector<double> expected = keras_picture(in, t, fill, 77);
        size_t off = 0;
        for (size_t i = 0; i < expected.size(); ++i)
          off += std::abs(out.pixels[i] - expected[i]) > 1.0 ? 1 : 0;
        // A coordinate that is on the border but for rounding may fall to either side of a constant fill.
        CHECK(off <= (fill == Fill::constant ? 3u : 0u));
      }
}

TEST_CASE("a known rotation has the direction of Keras") {
  // Keras turns by theta = 90: out(row, column) = in(-column, row) about the centre, counted from the top
  // left.
  const Image in = noise(5, 5);
  const std::vector<double> expected = keras_picture(in, {.theta_degrees = 90}, Fill::nearest, 0);
  for (int y = 0; y < 5; ++y)
    for (int x = 0; x < 5; ++x)
      CHECK(expected[(y * 5 + x) * 3] == doctest::Approx(in.pixels[((4 - x) * 5 + y) * 3]));
}

TEST_CASE("the map that changes nothing copies every pixel") {
  for (const auto& [width, height] :
       {std::pair{1, 1}, {2, 1}, {1, 2}, {1, 9}, {9, 1}, {2, 2}, {3, 2}, {33, 20}})
    for (const Fill fill : {Fill::nearest, Fill::reflect, Fill::constant}) {
      const Image in = noise(width, height);
      CHECK(resampled(in, {}, fill, 3) == in);
    }
}

TEST_CASE("flipping mirrors exactly") {
  const Image in = noise(31, 7);
  bool flipped = false, kept = false;
  for (uint64_t key = 0; key < 20; ++key) {
    Random random{key};
    const Image out = resampled(in, draw_affine({.flip = Flip::random}, 31, 7, random), Fill::constant, 0);
    Image mirrored = in;
    for (int y = 0; y < 7; ++y)
      for (int x = 0; x < 31; ++x)
        std::copy_n(&in.pixels[(y * 31 + 30 - x) * 3], 3, &mirrored.pixels[(y * 31 + x) * 3]);
    CHECK((out == in || out == mirrored));
    flipped |= out == mirrored;
    kept |= out == in;
  }
  CHECK(flipped);
  CHECK(kept);
}

TEST_CASE("flipping upside down mirrors exactly") {
  const Image in = noise(31, 7);
  Image mirrored = in;
  for (int y = 0; y < 7; ++y) std::copy_n(&in.pixels[(6 - y) * 31 * 3], 31 * 3, &mirrored.pixels[y * 31 * 3]);
  int flipped = 0;
  for (uint64_t key = 0; key < 40; ++key) {
    Random random{key};
    const Image out = resampled(in, draw_affine({.vertical_flip = true}, 31, 7, random), Fill::constant, 0);
    CHECK((out == in || out == mirrored));
    flipped += out == mirrored ? 1 : 0;
  }
  CHECK(flipped > 8);
  CHECK(flipped < 32);
}

TEST_CASE("mirroring by copying is resampling") {
  for (const auto& [width, height] : {std::pair{1, 1}, {2, 3}, {1, 5}, {31, 1}, {30, 17}}) {
    const Image in = noise(width, height);
    for (uint64_t key = 0; key < 16; ++key) {
      Random random{key};
      const AffineMap map = draw_affine({.flip = Flip::random, .vertical_flip = true}, width, height, random);
      REQUIRE(is_mirror(map, width, height));
      Image out(width, height);
      mirror(in, map, out.pixels.data());
      CHECK(out == resampled(in, map, Fill::constant, 9));
    }
  }
  CHECK(is_mirror({}, 5, 5));
  CHECK_FALSE(is_mirror({.x0 = 1}, 5, 5));
  CHECK_FALSE(is_mirror({.xx = -1, .x0 = 3}, 5, 5));
  CHECK_FALSE(is_mirror({.xx = 0, .xy = 1, .yx = 1, .yy = 0}, 5, 5));
}

TEST_CASE("maps one after the other are one map") {
  // What the second does to a picture that the first has changed.
  const AffineMap first{.xx = 2, .xy = 0.5, .x0 = 3, .yx = -1, .yy = 1.5, .y0 = -2};
  const AffineMap second{.xx = 0.5, .xy = 1, .x0 = -4, .yx = 0.25, .yy = 3, .y0 = 6};
  const AffineMap both = then(first, second);
  for (const auto& [x, y] : {std::pair{0.0, 0.0}, {1.0, 0.0}, {0.0, 1.0}, {7.0, -3.0}}) {
    const double u = second.xx * x + second.xy * y + second.x0, v = second.yx * x + second.yy * y + second.y0;
    CHECK(both.xx * x + both.xy * y + both.x0 == doctest::Approx(first.xx * u + first.xy * v + first.x0));
    CHECK(both.yx * x + both.yy * y + both.y0 == doctest::Approx(first.yx * u + first.yy * v + first.y0));
  }
  CHECK(then(first, {}) == first);
  CHECK(then({}, second) == second);
}

TEST_CASE("fills show what lies outside") {
  Image in(4, 1);
  for (int x = 0; x < 4; ++x) in.pixels[static_cast<size_t>(x) * 3] = static_cast<uint8_t>(10 * (x + 1));
  const auto reds = [&](Fill fill, double shift) {
    const Image out = resampled(in, {.x0 = shift}, fill, 99);
    return std::vector<int>{out.pixels[0], out.pixels[3], out.pixels[6], out.pixels[9]};
  };
  CHECK(reds(Fill::nearest, -3) == std::vector<int>{10, 10, 10, 10});
  CHECK(reds(Fill::nearest, 2) == std::vector<int>{30, 40, 40, 40});
  CHECK(reds(Fill::reflect, -3) == std::vector<int>{30, 20, 10, 10});
  CHECK(reds(Fill::reflect, 2) == std::vector<int>{30, 40, 40, 30});
  CHECK(reds(Fill::reflect, 9) == std::vector<int>{20, 30, 40, 40});
  CHECK(reds(Fill::reflect, -17) == std::vector<int>{10, 10, 20, 30});
  CHECK(reds(Fill::constant, -3) == std::vector<int>{99, 99, 99, 10});
  CHECK(reds(Fill::constant, 0.5) == std::vector<int>{15, 25, 35, 99});
}

TEST_CASE("draws keep to their ranges and reach their ends") {
  double least_zoom = 9, most_zoom = 0;
  for (uint64_t key = 0; key < 2000; ++key) {
    Random random{key};
    const AffineMap map = draw_affine({.zoom = 0.5}, 100, 100, random);
    CHECK(map.xy == 0);
    CHECK(map.yx == 0);
    for (const double zoom : {map.xx, map.yy}) {
      least_zoom = std::min(least_zoom, zoom);
      most_zoom = std::max(most_zoom, zoom);
    }
  }
  CHECK(least_zoom >= 0.5);
  CHECK(least_zoom < 0.51);
  CHECK(most_zoom <= 1.5);
  CHECK(most_zoom > 1.49);
}

TEST_CASE("switching one range off leaves the other draws alone") {
  for (uint64_t key = 0; key < 10; ++key) {
    Random with_all{key}, with_shift{key};
    AffineRanges shift_only;
    shift_only.shift_width = shift_only.shift_height = 0.15;
    AffineRanges all = shift_only;
    all.flip = Flip::random;
    draw_affine(all, 10, 10, with_all);
    const AffineMap map = draw_affine(shift_only, 10, 10, with_shift);
    CHECK(with_all.bits() == with_shift.bits());
    CHECK(map.xx == 1);
    CHECK(std::abs(map.x0) <= 1.5);
  }
}

TEST_CASE("a picture without pixels cannot be resampled") {
  Image out(1, 1);
  CHECK_THROWS_AS(resample(Image(), {}, Fill::nearest, 0, out), UsageError);
}
