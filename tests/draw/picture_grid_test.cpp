// The grid of pictures shows exact pixels and refuses what it cannot draw.
#include "margay/draw/picture_grid.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "margay/core/error.h"
#include "margay/core/random.h"

namespace margay::draw {
namespace {

image::Image noise(int width, int height, uint64_t seed) {
  image::Image picture(width, height);
  Random random{seed};
  for (uint8_t& value : picture.pixels) value = static_cast<uint8_t>(random.bits());
  return picture;
}

bool is_at(const image::Image& whole, const image::Image& part, int factor, int x0, int y0) {
  for (int y = 0; y < part.height * factor; ++y)
    for (int x = 0; x < part.width * factor; ++x)
      for (int c = 0; c < 3; ++c)
        if (whole.pixels[(static_cast<size_t>(y0 + y) * whole.width + x0 + x) * 3 + c] !=
            part.pixels[(static_cast<size_t>(y / factor) * part.width + x / factor) * 3 + c])
          return false;
  return true;
}

/// Where `part`, enlarged by `factor`, is found exactly.
std::optional<std::pair<int, int>> find(const image::Image& whole, const image::Image& part, int factor = 1) {
  for (int y = 0; y + part.height * factor <= whole.height; ++y)
    for (int x = 0; x + part.width * factor <= whole.width; ++x)
      if (is_at(whole, part, factor, x, y)) return std::pair(x, y);
  return std::nullopt;
}

TEST_CASE("pictures that no canvas holds in a row are reduced") {
  const image::Image wide(16384, 16);
  const image::Image grid = draw_picture_grid(std::vector<Tile>(5, Tile{wide, "a", "b"}));
  CHECK(grid.width <= 32'000);
  CHECK(grid.width > 20'000);
}

TEST_CASE("large pictures are shown pixel for pixel") {
  const image::Image wide = noise(210, 90, 1), high = noise(40, 160, 2);
  const std::vector<Tile> tiles{{wide, "wide", ""}, {high, "high", "second line"}};
  const image::Image grid = draw_picture_grid(tiles, {.title = "Two pictures"});
  const auto first = find(grid, wide), second = find(grid, high);
  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->first + wide.width < second->first);
}

TEST_CASE("small pictures grow by a whole factor") {
  const image::Image small = noise(40, 32, 3);
  const image::Image grid = draw_picture_grid(std::vector<Tile>{{small, "", ""}});
  CHECK(find(grid, small, 3));
  const image::Image as_is = draw_picture_grid(std::vector<Tile>{{small, "", ""}}, {.enlarge_to_px = 0});
  CHECK(find(as_is, small, 1));
}

TEST_CASE("pictures are reduced only when asked") {
  const image::Image large = noise(600, 300, 4);
  const std::vector<Tile> tiles{{large, "", ""}};
  CHECK(draw_picture_grid(tiles).width > 600);
  CHECK(draw_picture_grid(tiles, {.reduce_to_px = 100}).width < 200);
}

TEST_CASE("the number of columns decides the shape") {
  const image::Image picture = noise(100, 100, 5);
  const std::vector<Tile> tiles(12, Tile{picture, "caption", ""});
  const auto size = [&](int columns) {
    const image::Image grid = draw_picture_grid(tiles, {.columns = columns});
    return std::pair(grid.width, grid.height);
  };
  CHECK(size(12).first > 12 * 100);
  CHECK(size(12).second < 250);
  CHECK(size(1).second > 12 * 100);
  CHECK(size(3).first < size(4).first);
  CHECK(size(3).second > size(4).second);
  CHECK(size(100) == size(12));
}

TEST_CASE("captions take room and long ones do not widen the grid") {
  const image::Image picture = noise(150, 150, 6);
  const auto grid = [&](std::string caption) {
    return draw_picture_grid(std::vector<Tile>{{picture, std::move(caption), ""}});
  };
  CHECK(grid("cats").height > grid("").height);
  CHECK(grid(std::string(300, 'w')).width == grid("cats").width);
  CHECK(find(grid("猫 и кошка"), picture));
}

TEST_CASE("nothing to draw and senseless options are refused") {
  const image::Image picture = noise(5, 5, 7);
  const std::vector<Tile> tiles{{picture, "", ""}};
  CHECK_THROWS_AS(draw_picture_grid({}), UsageError);
  CHECK_THROWS_AS(draw_picture_grid(std::vector<Tile>{{image::ImageView{}, "", ""}}), UsageError);
  CHECK_THROWS_AS(draw_picture_grid(tiles, {.columns = -1}), UsageError);
  CHECK_THROWS_AS(draw_picture_grid(tiles, {.enlarge_to_px = -1}), UsageError);
  CHECK_THROWS_AS(draw_picture_grid(tiles, {.reduce_to_px = -1}), UsageError);
}

}  // namespace
}  // namespace margay::draw
