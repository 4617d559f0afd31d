// Things in front of the animal: fence, branch, grass, clutter.
#include <algorithm>
#include <numbers>

#include "margay/drawn_animals/scenery.h"
#include "margay/drawn_animals/things.h"

namespace margay::drawn_animals {
namespace {

using draw::Canvas;
using draw::Color;
using draw::Point;
using draw::Rectangle;
using draw::rgb;

void fence(Canvas& canvas, Random& random) {
  const double unit = unit_of(canvas);
  const double step = unit * random.uniform(0.16, 0.28);
  const double bar = step * random.uniform(0.12, 0.28);
  const Color color = vary(thing_color(random), random);
  for (double x = -random.uniform() * step; x < canvas.width(); x += step) {
    canvas.rectangle({x, -2, bar, canvas.height() + 4.0});
    canvas.fill(draw::LinearGradient{
        {x, 0}, {x + bar, 0}, {{0, mix(color, rgb(0xFFFFFF), 0.3)}, {1, mix(color, rgb(0x000000), 0.3)}}});
  }
}

void branch(Canvas& canvas, Random& random) {
  const bool from_left = random.chance(0.5);
  const double width = canvas.width();
  const double y = canvas.height() * random.uniform(0.1, 0.9);
  const double reach = width * random.uniform(0.4, 0.9);
  const double length = unit_of(canvas) * random.uniform(0.08, 0.16);
  for (int i = 0; i < 12; ++i) {
    const double along = reach * random.uniform();
    const double angle = random.uniform(-1.5, 1.5) + (from_left ? 0 : std::numbers::pi);
    const Point root{from_left ? along : width - along, y + length * random.uniform(-1, 1)};
    paint_leaf(canvas, root, length, angle, vary(leaf_color(random), random));
  }
}

void thing_before(Canvas& canvas, const draw::PixelBox& animal, Random& random) {
  const double side = random.chance(0.5) ? random.uniform(-0.05, 0.25) : random.uniform(0.75, 1.05);
  const double x = animal.x + animal.width * side;
  const double y = animal.y + animal.height * random.uniform(0.55, 1.0);
  paint_thing(canvas, {x, y}, std::max(animal.width, animal.height) * random.uniform(0.1, 0.24), random);
}

void grass_before(Canvas& canvas, const draw::PixelBox& animal, Random& random) {
  const double bottom = animal.y + animal.height;
  const double height = animal.height * random.uniform(0.15, 0.45);
  const Rectangle ground{animal.x - animal.width * 0.3, bottom - height * 0.2, animal.width * 1.6,
                         height * 0.4};
  paint_grass(canvas, ground, height, static_cast<int>(30 + random.below(50)), random);
}

}  // namespace

void draw_foreground(Canvas& canvas, const draw::PixelBox& animal, Random& random) {
  canvas.save();
  if (random.chance(0.3)) thing_before(canvas, animal, random);
  if (random.chance(0.25)) grass_before(canvas, animal, random);
  if (random.chance(0.1)) branch(canvas, random);
  if (random.chance(0.06)) fence(canvas, random);
  canvas.restore();
}

}  // namespace margay::drawn_animals
