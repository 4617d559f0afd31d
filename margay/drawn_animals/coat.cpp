// Coats: shared palettes, markings as blobs and strokes, hairs as batches of short lines.
#include "margay/drawn_animals/coat.h"

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

namespace margay::drawn_animals {
namespace {

using draw::Canvas;
using draw::Color;
using draw::Point;
using draw::Rectangle;

constexpr Color kBlack = draw::rgb(0x17120F);
constexpr Color kWhite = draw::rgb(0xFBF7F0);

constexpr std::array kPetColors{
    draw::rgb(0xD98A42), draw::rgb(0x8C9098), draw::rgb(0x3A3534), draw::rgb(0xEDE6DA), draw::rgb(0x7C5639),
    draw::rgb(0xE0C597), draw::rgb(0xBF8E58), draw::rgb(0x66707C), draw::rgb(0x523628),
};

Point random_point(const Rectangle& area, Random& random) {
  const double x = area.x + area.width * random.uniform();
  const double y = area.y + area.height * random.uniform();
  return {x, y};
}

/// A wobbly blob.
void add_blob(Canvas& canvas, Point center, double radius, Random& random) {
  std::vector<Point> outline;
  const double squeeze = random.uniform(0.6, 1.4);
  for (int i = 0; i < 7; ++i) {
    const double angle = 2 * std::numbers::pi * i / 7;
    const double r = radius * random.uniform(0.65, 1.25);
    outline.push_back({center.x + r * std::cos(angle) * squeeze, center.y + r * std::sin(angle) / squeeze});
  }
  canvas.smooth_loop(outline);
}

void paint_stripes(Canvas& canvas, const Coat& coat, const Rectangle& area, Random& random) {
  canvas.set_line_cap(draw::LineCap::round);
  const double slant = random.uniform(-0.25, 0.25);
  const double step = area.width / random.uniform(7, 12);
  for (double x = area.x; x < area.x + area.width; x += step) {
    for (double y = area.y; y < area.y + area.height; y += area.height * 0.3) {
      const double wobble = random.uniform(-0.3, 0.3) * step;
      const double length = area.height * random.uniform(0.14, 0.24);
      canvas.move_to(x + wobble, y);
      canvas.curve_to(x + step * 0.5, y + length * 0.3, x - step * 0.3, y + length * 0.7,
                      x + slant * length + wobble, y + length);
      canvas.stroke(draw::with_alpha(coat.pattern, 0.6), step * random.uniform(0.2, 0.45));
    }
  }
}

void paint_blobs(Canvas& canvas, const Coat& coat, const Rectangle& area, int count, double size,
                 Random& random) {
  for (int i = 0; i < count; ++i) {
    const Point center = random_point(area, random);
    add_blob(canvas, center, size * random.uniform(0.6, 1.3), random);
    canvas.fill(draw::with_alpha(coat.pattern, 0.85));
  }
}

void paint_marking(Canvas& canvas, const Coat& coat, const Rectangle& area, Random& random) {
  const double size = std::sqrt(area.width * area.height);
  switch (coat.marking) {
    case Marking::plain:
      return;
    case Marking::stripes:
      return paint_stripes(canvas, coat, area, random);
    case Marking::patches:
      return paint_blobs(canvas, coat, area, 6, size * 0.17, random);
    case Marking::spots:
      return paint_blobs(canvas, coat, area, 38, size * 0.045, random);
  }
}

/// Hairs of one tone are one path: a stroke each would cost more than all the rest of the picture.
void paint_hairs(Canvas& canvas, Color tone, const Rectangle& area, double length, Random& random) {
  canvas.set_line_cap(draw::LineCap::butt);
  for (int i = 0; i < 170; ++i) {
    const Point root = random_point(area, random);
    const double lean = random.uniform(-0.6, 0.6);
    canvas.move_to(root.x, root.y);
    canvas.line_to(root.x + length * lean, root.y + length * random.uniform(0.6, 1.2));
  }
  canvas.stroke(tone, length * 0.17);
}

}  // namespace

Coat coat_of(Color base, Marking marking, Color pattern, double fluff) {
  Coat coat;
  coat.base = base;
  coat.shade = mix(base, kBlack, 0.4);
  coat.light = mix(base, kWhite, 0.5);
  coat.pattern = pattern;
  coat.skin = mix(draw::rgb(0xE59A98), base, 0.25);
  coat.marking = marking;
  coat.fluff = fluff;
  return coat;
}

Coat choose_pet_coat(Random& random) {
  const Color first = kPetColors[random.below(kPetColors.size())];
  const Color second = kPetColors[random.below(kPetColors.size())];
  const Color base = mix(first, second, random.uniform(0, 0.35));
  Color pattern = kPetColors[random.below(kPetColors.size())];
  if (random.chance(0.5)) {
    const Color extreme = random.chance(0.6) ? kBlack : kWhite;
    pattern = mix(base, extreme, random.uniform(0.4, 0.8));
  }
  const auto marking = static_cast<Marking>(random.below(4));
  Coat coat = coat_of(base, marking, pattern, random.uniform(0.0, 0.11));
  if (random.chance(0.4)) coat.light = mix(coat.light, kWhite, 0.8);
  if (random.chance(0.25)) coat.light = base;
  return coat;
}

void fill_furry_ellipse(Canvas& canvas, const Coat& coat, Color color, Point center, double radius_x,
                        double radius_y, Random& random) {
  constexpr int kTufts = 26;
  for (int i = 0; i < 2 * kTufts; ++i) {
    const double angle = std::numbers::pi * i / kTufts;
    const double reach = 1 + (i % 2 == 0 ? coat.fluff * random.uniform(0.4, 1.6) : -coat.fluff * 0.3);
    const double x = center.x + radius_x * reach * std::cos(angle);
    const double y = center.y + radius_y * reach * std::sin(angle);
    if (i == 0)
      canvas.move_to(x, y);
    else
      canvas.line_to(x, y);
  }
  canvas.close();
  const double radius = std::max(radius_x, radius_y);
  canvas.fill_and_keep(draw::RadialGradient{{center.x - radius_x * 0.2, center.y - radius_y * 0.35},
                                            radius * 1.35,
                                            {{0, mix(color, kWhite, 0.12)}, {0.6, color}, {1, coat.shade}}});
  canvas.stroke(draw::with_alpha(coat.shade, 0.4), radius * 0.02);
}

void fill_part(Canvas& canvas, const Coat& coat, Color color) {
  canvas.fill_and_keep(color);
  canvas.stroke(draw::with_alpha(coat.shade, 0.55), 0.02);
}

void paint_fur(Canvas& canvas, const Coat& coat, const Rectangle& area, Random& random) {
  canvas.save();
  canvas.rectangle(area);
  canvas.clip();
  canvas.set_blend(draw::Blend::atop);
  paint_marking(canvas, coat, area, random);
  const double length = std::sqrt(area.width * area.height) * random.uniform(0.025, 0.07);
  paint_hairs(canvas, draw::with_alpha(coat.shade, 0.25), area, length, random);
  paint_hairs(canvas, draw::with_alpha(coat.light, 0.30), area, length, random);
  paint_hairs(canvas, draw::with_alpha(mix(coat.base, kWhite, 0.3), 0.25), area, length * 0.7, random);
  canvas.restore();
}

}  // namespace margay::drawn_animals
