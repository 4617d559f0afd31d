// Heads: ears, muzzle and eyes, which is what tells one kind from another. The head has radius 1.
#include <algorithm>
#include <cmath>

#include "margay/drawn_animals/mammal.h"

namespace margay::drawn_animals {
namespace {

using draw::Canvas;
using draw::Color;
using draw::rgb;

constexpr Color kNose = rgb(0x231A18);

/// Calls `draw_side` for the right side, then mirrored for the left.
template <class Side>
void on_both_sides(Canvas& canvas, const Side& draw_side) {
  for (const double side : {1.0, -1.0}) {
    canvas.save();
    canvas.scale(side, 1);
    draw_side();
    canvas.restore();
  }
}

// Ears, right side; tips move with the ear's size.

void pointed_ear(Canvas& canvas, const MammalTraits& t, double height) {
  const double tip = -0.62 - 0.85 * height;
  canvas.move_to(0.12, -0.78);
  canvas.curve_to(0.3, -1.0, 0.5, tip + 0.1, 0.74, tip);
  canvas.curve_to(0.92, tip + 0.3, 1.0, -0.6, 0.93, -0.25);
  canvas.close();
  fill_part(canvas, t.coat, t.coat.base);
  canvas.move_to(0.34, -0.8);
  canvas.curve_to(0.45, -1.0, 0.6, tip + 0.3, 0.72, tip + 0.2);
  canvas.curve_to(0.8, tip + 0.4, 0.85, -0.7, 0.8, -0.5);
  canvas.close();
  canvas.fill(t.coat.skin);
}

void half_pricked_ear(Canvas& canvas, const MammalTraits& t) {
  const double top = -0.7 - 0.42 * t.ear_size;
  canvas.move_to(0.2, -0.8);
  canvas.curve_to(0.35, -1.0, 0.4, top, 0.62, top);
  canvas.curve_to(0.9, top + 0.05, 0.98, -0.6, 0.93, -0.3);
  canvas.close();
  fill_part(canvas, t.coat, t.coat.base);
  canvas.move_to(0.42, top + 0.05);
  canvas.curve_to(0.7, top - 0.08, 0.95, top + 0.1, 1.12, top + 0.5 * t.ear_size);
  canvas.curve_to(0.85, top + 0.45, 0.6, top + 0.3, 0.42, top + 0.05);
  canvas.close();
  fill_part(canvas, t.coat, mix(t.coat.base, t.coat.shade, 0.5));
}

void floppy_ear(Canvas& canvas, const MammalTraits& t) {
  const double s = t.ear_size;
  canvas.smooth_loop({{0.5, -0.88},
                      {0.95, -0.75},
                      {1.2, -0.15},
                      {1.16, 0.35 * s},
                      {0.98, 0.62 * s},
                      {0.8, 0.4 * s},
                      {0.76, -0.1}});
  fill_part(canvas, t.coat, mix(t.coat.base, t.coat.shade, 0.45));
}

void round_ear(Canvas& canvas, const MammalTraits& t) {
  canvas.ellipse(0.72, -0.72, 0.34 * t.ear_size, 0.34 * t.ear_size);
  fill_part(canvas, t.coat, t.coat.base);
  canvas.ellipse(0.72, -0.68, 0.19 * t.ear_size, 0.19 * t.ear_size);
  canvas.fill(t.coat.skin);
}

void upright_ear(Canvas& canvas, const MammalTraits& t) {
  const double tip = -0.9 - 1.3 * t.ear_size;
  canvas.smooth_loop({{0.15, -0.6}, {0.14, -1.2}, {0.34, tip}, {0.6, -1.3}, {0.5, -0.6}});
  fill_part(canvas, t.coat, t.coat.base);
  canvas.smooth_loop({{0.26, -0.8}, {0.25, -1.2}, {0.36, tip + 0.25}, {0.48, -1.25}, {0.4, -0.8}});
  canvas.fill(t.coat.skin);
}

void fan_ear(Canvas& canvas, const MammalTraits& t) {
  const double s = t.ear_size;
  canvas.smooth_loop({{0.55, -0.7},
                      {1.1, -0.95},
                      {1.75 * s, -0.6},
                      {1.8 * s, 0.2},
                      {1.35 * s, 0.85},
                      {0.9, 0.75},
                      {0.6, 0.2}});
  fill_part(canvas, t.coat, mix(t.coat.base, t.coat.shade, 0.25));
  canvas.smooth_loop(
      {{0.75, -0.5}, {1.15, -0.65}, {1.5 * s, -0.4}, {1.5 * s, 0.15}, {1.2 * s, 0.55}, {0.8, 0.3}});
  canvas.fill(draw::with_alpha(t.coat.skin, 0.5));
}

void leaf_ear(Canvas& canvas, const MammalTraits& t) {
  canvas.smooth_loop({{0.6, -0.5}, {1.0, -0.85}, {1.55, -0.75}, {1.2, -0.4}, {0.75, -0.25}});
  fill_part(canvas, t.coat, t.coat.base);
  canvas.smooth_loop({{0.8, -0.52}, {1.05, -0.7}, {1.35, -0.68}, {1.1, -0.48}});
  canvas.fill(t.coat.skin);
}

void folded_ear(Canvas& canvas, const MammalTraits& t) {
  const double s = t.ear_size;
  canvas.smooth_loop({{0.3, -0.82}, {0.6, -1.15 * s}, {1.05, -0.95 * s}, {1.0, -0.3}, {0.72, -0.45}});
  fill_part(canvas, t.coat, mix(t.coat.base, t.coat.shade, 0.25));
}

void draw_ears(Canvas& canvas, const MammalTraits& t) {
  on_both_sides(canvas, [&] {
    switch (t.ears) {
      case Ears::pointed:
        return pointed_ear(canvas, t, t.ear_size);
      case Ears::half_pricked:
        return half_pricked_ear(canvas, t);
      case Ears::floppy:
        return floppy_ear(canvas, t);
      case Ears::round:
        return round_ear(canvas, t);
      case Ears::upright:
        return upright_ear(canvas, t);
      case Ears::fan:
        return fan_ear(canvas, t);
      case Ears::leaf:
        return leaf_ear(canvas, t);
      case Ears::folded:
        return folded_ear(canvas, t);
    }
  });
}

void draw_horns(Canvas& canvas, const MammalTraits& t) {
  on_both_sides(canvas, [&] {
    canvas.set_line_cap(draw::LineCap::round);
    canvas.move_to(0.25, -0.7);
    canvas.line_to(0.34, -1.3);
    canvas.stroke(t.coat.base, 0.17);
    canvas.ellipse(0.35, -1.35, 0.14, 0.12);
    canvas.fill(t.coat.shade);
  });
}

void draw_eye(Canvas& canvas, const MammalTraits& t) {
  const double r = 0.19 * t.eye_size;
  canvas.ellipse(0, 0, r * 1.18, r * (t.slit_pupils ? 1.02 : 1.15));
  canvas.fill(rgb(0x1C1512));
  canvas.ellipse(0, 0, r, r * (t.slit_pupils ? 0.85 : 0.97));
  canvas.fill(draw::RadialGradient{
      {0, r * 0.4}, r * 1.4, {{0, mix(t.eye_color, rgb(0xFFFFFF), 0.3)}, {1, t.eye_color}}});
  canvas.ellipse(0, 0, r * (t.slit_pupils ? 0.3 : 0.62), r * (t.slit_pupils ? 0.76 : 0.62));
  canvas.fill(rgb(0x0C0908));
  canvas.ellipse(r * 0.3, -r * 0.35, r * 0.24, r * 0.24);
  canvas.fill(rgb(0xFFFFFF, 0.9));
}

void draw_eyes(Canvas& canvas, const MammalTraits& t, double look, double squint) {
  for (const double side : {-1.0, 1.0}) {
    canvas.save();
    canvas.translate(side * t.eye_spacing + look * 0.16, -0.12);
    canvas.rotate(t.slit_pupils ? side * -0.2 : 0);
    canvas.scale(1, squint);
    draw_eye(canvas, t);
    canvas.restore();
  }
}

void draw_nose(Canvas& canvas, double y, double width, double height, Color color) {
  canvas.smooth_loop({{-width, y - height * 0.6},
                      {0, y - height * 0.8},
                      {width, y - height * 0.6},
                      {width * 0.45, y + height * 0.5},
                      {0, y + height},
                      {-width * 0.45, y + height * 0.5}});
  canvas.fill(color);
  canvas.ellipse(width * 0.25, y - height * 0.4, width * 0.3, height * 0.2);
  canvas.fill(rgb(0xFFFFFF, 0.45));
}

void draw_mouth(Canvas& canvas, double y, double width, const Coat& coat) {
  canvas.set_line_cap(draw::LineCap::round);
  canvas.move_to(-width, y + 0.06);
  canvas.curve_to(-width * 0.6, y + 0.2, -0.05, y + 0.16, 0, y);
  canvas.curve_to(0.05, y + 0.16, width * 0.6, y + 0.2, width, y + 0.06);
  canvas.stroke(draw::with_alpha(mix(coat.shade, kNose, 0.6), 0.8), 0.045);
}

void draw_whiskers(Canvas& canvas, double y) {
  on_both_sides(canvas, [&] {
    for (const double slope : {-0.16, 0.02, 0.2}) {
      canvas.move_to(0.3, y + slope * 0.3);
      canvas.curve_to(0.6, y + slope * 0.6 - 0.06, 0.9, y + slope, 1.25, y + slope * 1.6);
      canvas.stroke(rgb(0xFFFFFF, 0.75), 0.022);
    }
  });
}

void cat_muzzle(Canvas& canvas, const MammalTraits& t, Random& random) {
  const double s = t.muzzle_size;
  for (const double x : {-0.17 * s, 0.17 * s}) {
    canvas.ellipse(x, 0.42, 0.24 * s, 0.19 * s);
    canvas.fill(draw::with_alpha(t.coat.light, 0.9));
  }
  draw_nose(canvas, 0.27, 0.12 * s, 0.1 * s, random.chance(0.5) ? t.coat.skin : kNose);
  draw_mouth(canvas, 0.36, 0.22 * s, t.coat);
}

void dog_muzzle(Canvas& canvas, const MammalTraits& t, Random& random) {
  const double s = t.muzzle_size;
  if (t.tongue) {
    canvas.rounded_rectangle({-0.13, 0.6, 0.28, 0.5 * s}, 0.13);
    fill_part(canvas, t.coat, rgb(0xE0707A));
  }
  canvas.smooth_loop({{-0.26 * s, 0.08},
                      {0.26 * s, 0.08},
                      {0.46 * s, 0.48},
                      {0.32 * s, 0.78 * s + 0.06},
                      {0, 0.84 * s + 0.06},
                      {-0.32 * s, 0.78 * s + 0.06},
                      {-0.46 * s, 0.48}});
  fill_part(canvas, t.coat, mix(t.coat.light, t.coat.base, random.uniform(0, 0.7)));
  draw_nose(canvas, 0.24, 0.21 * s, 0.15 * s, kNose);
  draw_mouth(canvas, 0.4 + 0.12 * s, 0.3 * s, t.coat);
}

void rabbit_muzzle(Canvas& canvas, const MammalTraits& t) {
  for (const double x : {-0.14, 0.14}) {
    canvas.ellipse(x, 0.42, 0.22, 0.2);
    canvas.fill(draw::with_alpha(t.coat.light, 0.9));
  }
  canvas.rounded_rectangle({-0.09, 0.52, 0.18, 0.2}, 0.04);
  fill_part(canvas, t.coat, rgb(0xFFFDF5));
  draw_nose(canvas, 0.28, 0.1, 0.07, t.coat.skin);
  draw_mouth(canvas, 0.36, 0.18, t.coat);
}

void disc_muzzle(Canvas& canvas, const MammalTraits& t) {
  canvas.ellipse(0, 0.34, 0.4 * t.muzzle_size, 0.3 * t.muzzle_size);
  fill_part(canvas, t.coat, mix(t.coat.base, t.coat.skin, 0.6));
  for (const double x : {-0.14, 0.14}) {
    canvas.ellipse(x, 0.34, 0.07, 0.12);
    canvas.fill(t.coat.shade);
  }
  draw_mouth(canvas, 0.66, 0.25, t.coat);
}

void bear_muzzle(Canvas& canvas, const MammalTraits& t) {
  canvas.ellipse(0, 0.42, 0.42 * t.muzzle_size, 0.36 * t.muzzle_size);
  fill_part(canvas, t.coat, mix(t.coat.light, rgb(0xD9B98A), 0.3));
  draw_nose(canvas, 0.27, 0.19, 0.12, kNose);
  draw_mouth(canvas, 0.44, 0.22, t.coat);
}

void trunk_muzzle(Canvas& canvas, const MammalTraits& t, double look) {
  const double bend = look >= 0 ? 1 : -1;
  canvas.set_line_cap(draw::LineCap::round);
  for (const double side : {-1.0, 1.0}) {
    canvas.move_to(side * 0.32, 0.55);
    canvas.curve_to(side * 0.4, 0.9, side * 0.6, 1.0, side * 0.75, 0.95);
    canvas.stroke(rgb(0xF5EEDC), 0.12);
  }
  for (int i = 0; i <= 24; ++i) {
    const double along = i / 24.0;
    const double x = bend * 0.75 * along * along * along;
    const double y = 0.15 + 1.35 * along - 0.35 * std::max(0.0, along - 0.75) * 4 * along;
    canvas.ellipse(x, y, 0.32 - 0.16 * along, 0.16);
    canvas.fill(mix(t.coat.base, t.coat.shade, i % 4 == 0 ? 0.45 : 0.12));
  }
}

void long_nose_muzzle(Canvas& canvas, const MammalTraits& t) {
  canvas.smooth_loop({{-0.38, 0.1}, {0.38, 0.1}, {0.46, 0.7}, {0.3, 1.05}, {-0.3, 1.05}, {-0.46, 0.7}});
  fill_part(canvas, t.coat, mix(t.coat.light, t.coat.base, 0.4));
  for (const double x : {-0.18, 0.18}) {
    canvas.ellipse(x, 0.72, 0.06, 0.09);
    canvas.fill(t.coat.shade);
  }
  draw_mouth(canvas, 0.85, 0.25, t.coat);
}

void draw_muzzle(Canvas& canvas, const MammalTraits& t, double look, Random& random) {
  canvas.save();
  canvas.translate(look * 0.24, 0);
  switch (t.muzzle) {
    case Muzzle::cat:
      cat_muzzle(canvas, t, random);
      break;
    case Muzzle::dog:
      dog_muzzle(canvas, t, random);
      break;
    case Muzzle::rabbit:
      rabbit_muzzle(canvas, t);
      break;
    case Muzzle::disc:
      disc_muzzle(canvas, t);
      break;
    case Muzzle::bear:
      bear_muzzle(canvas, t);
      break;
    case Muzzle::trunk:
      trunk_muzzle(canvas, t, look);
      break;
    case Muzzle::long_nose:
      long_nose_muzzle(canvas, t);
      break;
  }
  if (t.whiskers) draw_whiskers(canvas, 0.42);
  canvas.restore();
}

void draw_skull(Canvas& canvas, const MammalTraits& t, Random& random) {
  if (t.coat.fluff > 0.05)
    for (const double x : {-0.5, 0.5})
      fill_furry_ellipse(canvas, t.coat, t.coat.base, {x * t.head_width, 0.35}, 0.5, 0.42, random);
  fill_furry_ellipse(canvas, t.coat, t.coat.base, {0, 0}, t.head_width, t.head_height, random);
  canvas.save();
  canvas.ellipse(0, 0, t.head_width, t.head_height);
  canvas.clip();
  paint_fur(canvas, t.coat, {-1.1, -1.1, 2.2, 2.2}, random);
  canvas.restore();
}

}  // namespace

void draw_mammal_head(Canvas& canvas, const MammalTraits& traits, double look, Random& random) {
  const bool ears_hang = traits.ears == Ears::floppy;
  if (!ears_hang) draw_ears(canvas, traits);
  if (traits.horns) draw_horns(canvas, traits);
  draw_skull(canvas, traits, random);
  if (ears_hang) draw_ears(canvas, traits);
  const double squint = random.chance(0.15) ? 0.45 : 1.0;
  draw_eyes(canvas, traits, look, squint);
  draw_muzzle(canvas, traits, look, random);
}

}  // namespace margay::drawn_animals
