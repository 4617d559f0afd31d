// The canvas: shapes land on the pixels they should, text of every kind is drawn, misuse is refused.
#include "margay/draw/canvas.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>
#include <thread>

#include "margay/core/error.h"

namespace margay::draw {
namespace {

using Pixel = std::array<int, 3>;

Pixel pixel_at(const image::Image& picture, int x, int y) {
  const uint8_t* p = picture.pixels.data() + (static_cast<size_t>(y) * picture.width + x) * 3;
  return {p[0], p[1], p[2]};
}

constexpr Pixel kWhite{255, 255, 255};
constexpr Pixel kBlack{0, 0, 0};
constexpr Pixel kRed{255, 0, 0};

int count_inked(const image::Image& picture) {
  int count = 0;
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x) count += pixel_at(picture, x, y) != kWhite;
  return count;
}

image::Image text_picture(std::string_view text, const TextStyle& style) {
  Canvas canvas(300, 40);
  canvas.draw_text(150, 5, text, style);
  return canvas.to_image();
}

TEST_CASE("a canvas begins with its background in RGB order") {
  const image::Image picture = Canvas(3, 2, rgb(0x123456)).to_image();
  CHECK(picture.width == 3);
  CHECK(picture.height == 2);
  CHECK(pixel_at(picture, 2, 1) == Pixel{0x12, 0x34, 0x56});
}

TEST_CASE("a transparent canvas becomes white") {
  Canvas canvas(4, 4, {0, 0, 0, 0});
  canvas.rectangle({0, 0, 2, 4});
  canvas.fill(rgb(0x000000, 0.5));
  const image::Image picture = canvas.to_image();
  CHECK(pixel_at(picture, 3, 0) == kWhite);
  CHECK(pixel_at(picture, 0, 0)[0] == doctest::Approx(127).epsilon(0.01));
}

TEST_CASE("a rectangle fills exactly its pixels") {
  Canvas canvas(8, 8);
  canvas.rectangle({2, 3, 4, 2});
  canvas.fill(rgb(0xFF0000));
  const image::Image picture = canvas.to_image();
  CHECK(count_inked(picture) == 8);
  CHECK(pixel_at(picture, 2, 3) == kRed);
  CHECK(pixel_at(picture, 5, 4) == kRed);
  CHECK(pixel_at(picture, 6, 4) == kWhite);
}

TEST_CASE("an ellipse covers its area") {
  Canvas canvas(100, 100);
  canvas.ellipse(50, 50, 40, 20);
  canvas.fill(rgb(0x000000));
  CHECK(count_inked(canvas.to_image()) == doctest::Approx(3.14159 * 40 * 20).epsilon(0.05));
}

TEST_CASE("transformations move what is drawn and restore undoes them") {
  Canvas canvas(10, 10);
  canvas.save();
  canvas.translate(4, 4);
  canvas.scale(2, 2);
  canvas.rectangle({0, 0, 1, 1});
  canvas.fill(rgb(0x000000));
  canvas.restore();
  canvas.rectangle({0, 0, 1, 1});
  canvas.fill(rgb(0xFF0000));
  const image::Image picture = canvas.to_image();
  CHECK(count_inked(picture) == 5);
  CHECK(pixel_at(picture, 5, 5) == kBlack);
  CHECK(pixel_at(picture, 0, 0) == kRed);
}

TEST_CASE("a clip keeps paint within the path") {
  Canvas canvas(10, 10);
  canvas.save();
  canvas.rectangle({1, 1, 3, 3});
  canvas.clip();
  canvas.paint(rgb(0x000000));
  canvas.restore();
  CHECK(count_inked(canvas.to_image()) == 9);
}

TEST_CASE("gradients run from the first colour to the last") {
  Canvas canvas(100, 3);
  canvas.paint(LinearGradient{{0, 0}, {100, 0}, {{0, rgb(0x000000)}, {1, rgb(0xFFFFFF)}}});
  const image::Image line = canvas.to_image();
  CHECK(pixel_at(line, 1, 1)[0] < 8);
  CHECK(pixel_at(line, 50, 1)[0] == doctest::Approx(128).epsilon(0.02));
  CHECK(pixel_at(line, 98, 1)[0] > 247);
  Canvas round(41, 41);
  round.paint(RadialGradient{{20.5, 20.5}, 20, {{0, rgb(0xFF0000)}, {1, rgb(0x0000FF)}}});
  CHECK(pixel_at(round.to_image(), 20, 20)[0] > 245);
  CHECK(pixel_at(round.to_image(), 0, 0) == Pixel{0, 0, 255});
}

TEST_CASE("paint atop stays on what is there") {
  Canvas canvas(10, 10, {0, 0, 0, 0});
  canvas.rectangle({0, 0, 5, 10});
  canvas.fill(rgb(0xFF0000));
  canvas.set_blend(Blend::atop);
  canvas.paint(rgb(0x0000FF));
  CHECK(canvas.ink_box() == PixelBox{0, 0, 5, 10});
  CHECK(pixel_at(canvas.to_image(), 2, 2) == Pixel{0, 0, 255});
}

TEST_CASE("the ink box is what was drawn and nothing for an empty layer") {
  Canvas canvas(20, 20, {0, 0, 0, 0});
  CHECK_FALSE(canvas.ink_box().has_value());
  canvas.rectangle({3, 5, 7, 2});
  canvas.fill(rgb(0x00FF00));
  CHECK(canvas.ink_box() == PixelBox{3, 5, 7, 2});
}

TEST_CASE("a canvas of larger units is the same drawing with more pixels") {
  Canvas canvas(20, 10, {0, 0, 0, 0}, 2.5), layer(20, 10, {0, 0, 0, 0}, 2.5);
  CHECK(canvas.width() == 20);
  CHECK(canvas.height() == 10);
  layer.rectangle({4, 2, 6, 4});
  layer.fill(rgb(0x00FF00));
  CHECK(layer.ink_box() == PixelBox{10, 5, 15, 10});
  canvas.draw_canvas(layer);
  CHECK(canvas.ink_box() == PixelBox{10, 5, 15, 10});
  CHECK(canvas.to_image().width == 50);
  CHECK(canvas.to_image().height == 25);
  CHECK_THROWS_AS(Canvas(20, 10, rgb(0), 0), UsageError);
  CHECK_THROWS_AS(Canvas(20, 10, rgb(0), 1e6), UsageError);
}

TEST_CASE("smooth curves pass through their points") {
  Canvas canvas(60, 60);
  canvas.smooth_loop({{10, 10}, {50, 10}, {50, 50}, {10, 50}});
  canvas.fill(rgb(0x000000));
  const image::Image loop = canvas.to_image();
  CHECK(pixel_at(loop, 11, 11) == kBlack);
  CHECK(pixel_at(loop, 48, 48) == kBlack);
  Canvas other(60, 60);
  other.smooth_line({{10, 10}, {30, 40}, {50, 10}});
  other.stroke(rgb(0x000000), 4);
  CHECK(pixel_at(other.to_image(), 30, 39) == kBlack);
  CHECK_THROWS_AS(other.smooth_loop({{0, 0}, {1, 1}}), UsageError);
  CHECK_THROWS_AS(other.smooth_line({{0, 0}}), UsageError);
}

TEST_CASE("a picture drawn by whole factors keeps its pixels") {
  image::Image picture(2, 2);
  for (size_t i = 0; i < picture.pixels.size(); ++i) picture.pixels[i] = static_cast<uint8_t>(i * 20);
  Canvas canvas(8, 8);
  canvas.draw_image(picture, {1, 1, 6, 6}, Sampling::nearest);
  const image::Image drawn = canvas.to_image();
  for (int y = 0; y < 6; ++y)
    for (int x = 0; x < 6; ++x) CHECK(pixel_at(drawn, x + 1, y + 1) == pixel_at(picture, x / 3, y / 3));
  CHECK(pixel_at(drawn, 0, 0) == kWhite);
}

TEST_CASE("a smoothly drawn picture keeps its border opaque") {
  image::Image picture(10, 10);
  Canvas canvas(40, 40);
  canvas.draw_image(picture, {0, 0, 40, 40}, Sampling::smooth);
  CHECK(pixel_at(canvas.to_image(), 0, 0) == kBlack);
}

TEST_CASE("layers are laid over and their silhouettes painted") {
  Canvas layer(4, 4, {0, 0, 0, 0});
  layer.rectangle({0, 0, 2, 2});
  layer.fill(rgb(0xFF0000));
  Canvas canvas(10, 10);
  canvas.draw_canvas(layer, 1, 1);
  canvas.draw_silhouette(layer, 6, 6, rgb(0x000000));
  const image::Image picture = canvas.to_image();
  CHECK(pixel_at(picture, 1, 1) == kRed);
  CHECK(pixel_at(picture, 7, 7) == kBlack);
  CHECK(count_inked(picture) == 8);
}

TEST_CASE("text of many writing systems leaves ink") {
  for (const char* text : {"cats", "Kätzchen — šelma", "кошка", "γάτα", "猫", "🐈", "قط", "a\nb"}) {
    CAPTURE(text);
    CHECK(count_inked(text_picture(text, {.align = Align::center})) > 10);
  }
}

TEST_CASE("invalid UTF-8 and empty text are drawn without complaint") {
  CHECK(count_inked(text_picture("", {})) == 0);
  CHECK(count_inked(text_picture("cat\xFF\xFE.jpg", {})) > 10);
  CHECK(count_inked(text_picture(std::string_view("a\0b", 3), {})) > 5);
}

TEST_CASE("text is aligned to its anchor") {
  const auto first_ink = [](Align align) {
    const image::Image picture = text_picture("margay", {.align = align});
    for (int x = 0; x < picture.width; ++x)
      for (int y = 0; y < picture.height; ++y)
        if (pixel_at(picture, x, y) != kWhite) return x;
    return -1;
  };
  const double width = measure_text("margay", {}).width;
  CHECK(first_ink(Align::left) == doctest::Approx(150).epsilon(0.02));
  CHECK(first_ink(Align::center) == doctest::Approx(150 - width / 2).epsilon(0.03));
  CHECK(first_ink(Align::right) == doctest::Approx(150 - width).epsilon(0.03));
}

TEST_CASE("long text is cut to its width") {
  const std::string text(200, 'm');
  TextStyle style;
  CHECK(measure_text(text, style).width > 1000);
  style.max_width_px = 120;
  CHECK(measure_text(text, style).width <= 121);
  CHECK(measure_text("short", style).width < 60);
}

TEST_CASE("bold text is wider and a larger size higher") {
  CHECK(measure_text("margay", {.bold = true}).width > measure_text("margay", {}).width);
  CHECK(measure_text("margay", {.size_px = 28}).height > 1.5 * measure_text("margay", {}).height);
}

TEST_CASE("what makes no sense is refused") {
  CHECK_THROWS_AS(Canvas(0, 10), UsageError);
  CHECK_THROWS_AS(Canvas(10, -1), UsageError);
  CHECK_THROWS_AS(Canvas(100'000, 10), UsageError);
  Canvas canvas(4, 4);
  CHECK_THROWS_AS(canvas.scale(0, 1), UsageError);
  CHECK_THROWS_AS(canvas.shear(1, 1), UsageError);
  CHECK_THROWS_AS(canvas.draw_text(0, 0, "x", {.size_px = 0}), UsageError);
  CHECK_THROWS_AS(canvas.draw_image({}, {0, 0, 1, 1}), UsageError);
  CHECK(pixel_at(canvas.to_image(), 0, 0) == kWhite);
}

TEST_CASE("threads draw the same text") {
  const image::Image expected = text_picture("Margay 0.1 ñ 猫", {});
  std::array<image::Image, 4> drawn;
  {
    std::vector<std::jthread> threads;
    for (image::Image& picture : drawn)
      threads.emplace_back([&picture] { picture = text_picture("Margay 0.1 ñ 猫", {}); });
  }
  for (const image::Image& picture : drawn) CHECK(picture == expected);
}

}  // namespace
}  // namespace margay::draw
