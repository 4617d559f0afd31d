// Birds, fish and frogs from ellipses and smooth loops.
#include "margay/drawn_animals/small_animals.h"

#include <array>

#include "margay/drawn_animals/coat.h"
#include "margay/drawn_animals/palette.h"

namespace margay::drawn_animals {
namespace {

using draw::Canvas;
using draw::Color;
using draw::rgb;

constexpr std::array kBright{rgb(0xC8443A), rgb(0x3C78B5), rgb(0xE0A82E), rgb(0x4E8F5B), rgb(0x8C6BA8),
                             rgb(0x7C5639), rgb(0x6B7684), rgb(0xE3DCCB), rgb(0x2F3A4A), rgb(0xE0793A)};
constexpr std::array kGreens{rgb(0x5E8F3A), rgb(0x7FA63F), rgb(0x4C7A4A), rgb(0x8A7B45), rgb(0x9C6B3E)};

Coat choose_bright_coat(Random& random, double fluff) {
  const Color base = pick(kBright, random);
  const auto marking = static_cast<Marking>(random.below(4));
  return coat_of(base, marking, mix(pick(kBright, random), base, 0.3), fluff);
}

void draw_round_eye(Canvas& canvas, double x, double y, double radius, Color iris) {
  canvas.ellipse(x, y, radius * 1.2, radius * 1.2);
  canvas.fill(rgb(0x1C1512));
  canvas.ellipse(x, y, radius, radius);
  canvas.fill(iris);
  canvas.ellipse(x, y, radius * 0.6, radius * 0.6);
  canvas.fill(rgb(0x0C0908));
  canvas.ellipse(x - radius * 0.3, y - radius * 0.3, radius * 0.25, radius * 0.25);
  canvas.fill(rgb(0xFFFFFF));
}

void draw_bird_legs(Canvas& canvas) {
  canvas.set_line_cap(draw::LineCap::round);
  for (const double x : {-0.08, 0.18}) {
    canvas.move_to(x, 0.55);
    canvas.line_to(x - 0.03, 0.98);
    canvas.move_to(x - 0.03, 0.98);
    canvas.line_to(x - 0.2, 1.04);
    canvas.move_to(x - 0.03, 0.98);
    canvas.line_to(x + 0.12, 1.04);
    canvas.stroke(rgb(0xB5722E), 0.05);
  }
}

void draw_wing(Canvas& canvas, const Coat& coat, double lift) {
  canvas.save();
  canvas.translate(-0.1, 0.05);
  canvas.rotate(-lift);
  canvas.smooth_loop({{-0.2, -0.12}, {0.3, -0.22}, {0.95, 0.1}, {0.5, 0.28}, {0, 0.32}});
  fill_part(canvas, coat, mix(coat.base, coat.shade, 0.45));
  for (const double y : {0.0, 0.1, 0.2}) {
    canvas.move_to(0.1, y - 0.02);
    canvas.curve_to(0.3, y, 0.5, y + 0.03, 0.75, y * 0.6 + 0.08);
    canvas.stroke(draw::with_alpha(coat.light, 0.6), 0.03);
  }
  canvas.restore();
}

void draw_fins(Canvas& canvas, const Coat& coat, double fin) {
  canvas.smooth_loop(
      {{0.62, 0}, {1.0, -0.42 * fin}, {1.2, -0.38 * fin}, {1.05, 0}, {1.2, 0.38 * fin}, {1.0, 0.42 * fin}});
  fill_part(canvas, coat, coat.pattern);
  canvas.smooth_loop({{-0.4, -0.3}, {-0.1, -0.75 * fin}, {0.45, -0.55 * fin}, {0.4, -0.2}});
  fill_part(canvas, coat, coat.pattern);
  canvas.smooth_loop({{-0.1, 0.3}, {0.15, 0.65 * fin}, {0.4, 0.5 * fin}, {0.35, 0.2}});
  fill_part(canvas, coat, coat.pattern);
}

void draw_scales(Canvas& canvas, const Coat& coat) {
  canvas.set_blend(draw::Blend::atop);
  for (double x = -0.35; x < 0.6; x += 0.14)
    for (double y = -0.4; y < 0.4; y += 0.12) {
      canvas.move_to(x, y);
      canvas.curve_to(x + 0.08, y + 0.01, x + 0.08, y + 0.11, x, y + 0.12);
    }
  canvas.stroke(draw::with_alpha(coat.shade, 0.4), 0.018);
  canvas.set_blend(draw::Blend::over);
}

void draw_frog_legs(Canvas& canvas, const Coat& coat) {
  for (const double side : {-1.0, 1.0}) {
    canvas.save();
    canvas.scale(side, 1);
    canvas.smooth_loop({{0.35, 0.2}, {0.85, 0.15}, {1.05, 0.5}, {0.75, 0.8}, {0.3, 0.75}});
    fill_part(canvas, coat, mix(coat.base, coat.shade, 0.2));
    canvas.smooth_loop({{0.45, 0.78}, {0.8, 0.72}, {1.15, 0.86}, {0.9, 0.95}, {0.4, 0.92}});
    fill_part(canvas, coat, coat.base);
    canvas.restore();
  }
}

void draw_frog_arms(Canvas& canvas, const Coat& coat) {
  canvas.set_line_cap(draw::LineCap::round);
  for (const double side : {-1.0, 1.0}) {
    canvas.move_to(side * 0.32, 0.4);
    canvas.curve_to(side * 0.42, 0.6, side * 0.36, 0.8, side * 0.3, 0.93);
    canvas.stroke(mix(coat.base, coat.shade, 0.15), 0.15);
    for (const double toe : {-0.1, 0.0, 0.1}) {
      canvas.ellipse(side * 0.3 + toe, 0.97, 0.06, 0.045);
      canvas.fill(coat.base);
    }
  }
}

void draw_frog_face(Canvas& canvas, const Coat& coat, Color iris) {
  for (const double x : {-0.33, 0.33}) {
    canvas.ellipse(x, -0.42, 0.22, 0.22);
    fill_part(canvas, coat, coat.base);
    draw_round_eye(canvas, x, -0.44, 0.13, iris);
  }
  canvas.set_line_cap(draw::LineCap::round);
  canvas.move_to(-0.48, 0.0);
  canvas.curve_to(-0.25, 0.2, 0.25, 0.2, 0.48, 0.0);
  canvas.stroke(coat.shade, 0.04);
  for (const double x : {-0.07, 0.07}) {
    canvas.ellipse(x, -0.14, 0.02, 0.025);
    canvas.fill(coat.shade);
  }
}

}  // namespace

void draw_bird(Canvas& canvas, Random& random) {
  const Coat coat = choose_bright_coat(random, random.uniform(0.01, 0.06));
  const double plump = random.uniform(0.42, 0.58);
  draw_bird_legs(canvas);
  canvas.smooth_loop({{0.4, 0.1}, {0.95, 0.15}, {1.25, 0.42}, {1.05, 0.45}, {0.5, 0.4}});
  fill_part(canvas, coat, mix(coat.base, coat.shade, 0.5));
  fill_furry_ellipse(canvas, coat, coat.base, {0, 0.15}, 0.68, plump, random);
  fill_furry_ellipse(canvas, coat, coat.light, {-0.25, 0.3}, 0.36, plump * 0.6, random);
  canvas.smooth_loop({{-0.85, -0.52}, {-1.0 - random.uniform(0.05, 0.25), -0.4}, {-0.82, -0.3}});
  fill_part(canvas, coat, rgb(0xE0962E));
  fill_furry_ellipse(canvas, coat, coat.base, {-0.52, -0.38}, 0.37, 0.35, random);
  paint_fur(canvas, coat, {-0.9, -0.8, 2.1, 1.5}, random);
  draw_wing(canvas, coat, random.uniform(-0.2, 0.7));
  draw_round_eye(canvas, -0.62, -0.43, 0.07, rgb(0x6B4322));
}

void draw_fish(Canvas& canvas, Random& random) {
  const Coat coat = choose_bright_coat(random, 0);
  const double height = random.uniform(0.34, 0.55);
  draw_fins(canvas, coat, random.uniform(0.8, 1.25));
  fill_furry_ellipse(canvas, coat, coat.base, {-0.1, 0}, 0.82, height, random);
  paint_fur(canvas, coat, {-1, -0.6, 1.8, 1.2}, random);
  draw_scales(canvas, coat);
  canvas.smooth_loop({{-0.2, 0.02}, {0.08, -0.02}, {0.2, 0.2}, {-0.05, 0.2}});
  fill_part(canvas, coat, mix(coat.pattern, coat.light, 0.4));
  draw_round_eye(canvas, -0.62, -0.1, 0.09, rgb(0xE8D27A));
  canvas.set_line_cap(draw::LineCap::round);
  canvas.move_to(-0.9, 0.1);
  canvas.curve_to(-0.84, 0.14, -0.78, 0.14, -0.74, 0.1);
  canvas.stroke(coat.shade, 0.03);
}

void draw_frog(Canvas& canvas, Random& random) {
  const Color first = pick(kGreens, random);
  const Color second = pick(kGreens, random);
  const Color base = mix(first, second, random.uniform(0, 0.5));
  const auto marking = random.chance(0.6) ? Marking::spots : Marking::plain;
  const Coat coat = coat_of(base, marking, mix(base, rgb(0x1E2A14), 0.5), 0);
  draw_frog_legs(canvas, coat);
  fill_furry_ellipse(canvas, coat, coat.base, {0, 0.4}, 0.58, 0.52, random);
  fill_furry_ellipse(canvas, coat, coat.light, {0, 0.5}, 0.38, 0.38, random);
  fill_furry_ellipse(canvas, coat, coat.base, {0, -0.08}, 0.62, 0.36, random);
  paint_fur(canvas, coat, {-1, -0.5, 2, 1.5}, random);
  draw_frog_arms(canvas, coat);
  draw_frog_face(canvas, coat, mix(rgb(0xE0B83A), rgb(0xC8653A), random.uniform()));
}

}  // namespace margay::drawn_animals
