// Places: rooms, meadows, walls, carpets, foliage and lights.
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "margay/drawn_animals/palette.h"
#include "margay/drawn_animals/scenery.h"
#include "margay/drawn_animals/things.h"

namespace margay::drawn_animals {
namespace {

using draw::Canvas;
using draw::Color;
using draw::Point;
using draw::Rectangle;
using draw::rgb;

constexpr std::array kWalls{rgb(0xD8CBB5), rgb(0xB9C4C9), rgb(0xA8B59B), rgb(0xC9A38F),
                            rgb(0x8F8A9C), rgb(0xE6E1D6), rgb(0x5F6B73), rgb(0xC7B26A),
                            rgb(0x7A5648), rgb(0x46525C), rgb(0xAA8A5E), rgb(0x6F8471)};
constexpr std::array kSkies{rgb(0x9FC3DD), rgb(0xC9D4DA), rgb(0xE8C9A4), rgb(0x7F9CB8), rgb(0xDCE3DF)};

Rectangle whole(const Canvas& canvas) {
  return {0, 0, static_cast<double>(canvas.width()), static_cast<double>(canvas.height())};
}

void paint_shaded(Canvas& canvas, const Rectangle& box, Color top, Color bottom) {
  canvas.rectangle(box);
  canvas.fill(draw::LinearGradient{{box.x, box.y}, {box.x, box.y + box.height}, {{0, top}, {1, bottom}}});
}

void paint_blob(Canvas& canvas, Point center, double radius, Color color, Random& random) {
  std::vector<Point> outline;
  for (int i = 0; i < 8; ++i) {
    const double angle = 2 * std::numbers::pi * i / 8;
    const double r = radius * random.uniform(0.7, 1.2);
    outline.push_back({center.x + r * std::cos(angle), center.y + r * std::sin(angle)});
  }
  canvas.smooth_loop(outline);
  canvas.fill(color);
}

// Patterns on walls and floors.

void paint_wallpaper(Canvas& canvas, const Rectangle& box, Random& random) {
  const Color tone = vary(pick(kWalls, random), random);
  const Color color = draw::with_alpha(tone, random.uniform(0.3, 0.9));
  const double step = unit_of(canvas) * random.uniform(0.05, 0.16);
  const auto motif = random.below(4);
  for (double x = box.x; x < box.x + box.width; x += step)
    for (double y = box.y; y < box.y + box.height; y += step) {
      if (motif == 0)
        canvas.ellipse(x, y, step * 0.22, step * 0.22);
      else if (motif == 1)
        canvas.rectangle({x, y, step * 0.4, step});
      else if (motif == 2)
        canvas.rectangle({x, y, step * 0.9, step * 0.45});
      else
        canvas.smooth_loop(
            {{x, y - step * 0.3}, {x + step * 0.25, y + step * 0.2}, {x - step * 0.25, y + step * 0.2}});
    }
  canvas.fill(color);
}

void paint_planks(Canvas& canvas, const Rectangle& box, Random& random) {
  const double step = unit_of(canvas) * random.uniform(0.06, 0.14);
  for (double y = box.y; y < box.y + box.height; y += step) {
    canvas.rectangle({box.x, y, box.width, step});
    canvas.fill(draw::with_alpha(vary(rgb(0x7C5639), random), 0.35));
    canvas.move_to(box.x, y);
    canvas.line_to(box.x + box.width, y);
    canvas.stroke(rgb(0x2A1B12, 0.4), 1.5);
  }
}

// Furniture and clutter.

void paint_sofa(Canvas& canvas, double floor_y, Random& random) {
  const double unit = unit_of(canvas);
  const double width = unit * random.uniform(0.7, 1.2);
  const double height = unit * random.uniform(0.3, 0.5);
  const double x = canvas.width() * random.uniform(-0.2, 0.6);
  const Color color = vary(thing_color(random), random);
  canvas.rounded_rectangle({x, floor_y - height, width, height * 1.2}, unit * 0.08);
  canvas.fill(color);
  canvas.rounded_rectangle({x + width * 0.08, floor_y - height * 0.45, width * 0.84, height * 0.6},
                           unit * 0.05);
  canvas.fill(mix(color, rgb(0xFFFFFF), 0.12));
  for (const double arm : {0.0, 0.88}) {
    canvas.rounded_rectangle({x + width * arm, floor_y - height * 0.65, width * 0.12, height * 0.85},
                             unit * 0.04);
    canvas.fill(mix(color, rgb(0x000000), 0.15));
  }
}

void paint_shelf(Canvas& canvas, double floor_y, Random& random) {
  const double unit = unit_of(canvas);
  const double x = canvas.width() * random.uniform(-0.1, 0.8);
  const double width = unit * random.uniform(0.3, 0.5);
  canvas.rectangle({x, floor_y - unit * 0.7, width, unit * 0.75});
  canvas.fill(vary(rgb(0x7C5639), random));
  for (double y = floor_y - unit * 0.66; y < floor_y; y += unit * 0.18)
    for (double book = x + 4; book < x + width - 8;) {
      const double thick = unit * random.uniform(0.015, 0.04);
      const double tall = unit * random.uniform(0.09, 0.14);
      canvas.rectangle({book, y + unit * 0.15 - tall, thick, tall});
      canvas.fill(thing_color(random));
      book += thick + 1;
    }
}

void paint_frame(Canvas& canvas, double floor_y, Random& random) {
  const double unit = unit_of(canvas);
  const Point corner = point_in({0, 0, canvas.width() * 0.8, floor_y * 0.4}, random);
  const Rectangle frame{corner.x, corner.y, unit * random.uniform(0.15, 0.35),
                        unit * random.uniform(0.15, 0.3)};
  canvas.rectangle(frame);
  canvas.fill_and_keep(pick(kSkies, random));
  canvas.stroke(thing_color(random), unit * 0.025);
}

void paint_plant(Canvas& canvas, Point root, double size, Random& random) {
  const int leaves = 9;
  for (int i = 0; i < leaves; ++i) {
    const double angle = -std::numbers::pi * (0.05 + 0.9 * i / (leaves - 1)) + random.uniform(-0.2, 0.2);
    const double length = size * random.uniform(0.6, 1.1);
    paint_leaf(canvas, root, length, angle, vary(leaf_color(random), random));
  }
  canvas.rounded_rectangle({root.x - size * 0.25, root.y - size * 0.03, size * 0.5, size * 0.45},
                           size * 0.06);
  canvas.fill(vary(rgb(0xB5673C), random));
}

void paint_tree(Canvas& canvas, Point root, double size, Random& random) {
  canvas.rectangle({root.x - size * 0.06, root.y - size * 0.5, size * 0.12, size * 0.55});
  canvas.fill(vary(rgb(0x5C4330), random));
  for (int i = 0; i < 5; ++i) {
    const Point center = point_in({root.x - size * 0.3, root.y - size, size * 0.6, size * 0.5}, random);
    const Color color = vary(leaf_color(random), random);
    paint_blob(canvas, center, size * random.uniform(0.18, 0.32), color, random);
  }
}

void scatter_things(Canvas& canvas, const Rectangle& box, int count, double size, Random& random) {
  for (int i = 0; i < count; ++i) {
    const Point center = point_in(box, random);
    paint_thing(canvas, center, size * random.uniform(0.4, 1.4), random);
  }
}

// Places.

void room(Canvas& canvas, Random& random) {
  const double floor_y = canvas.height() * random.uniform(0.5, 0.8);
  const Color wall = vary(pick(kWalls, random), random);
  const Color floor = vary(pick(kWalls, random), random);
  const double width = canvas.width();
  const Rectangle ground{0, floor_y, width, canvas.height() - floor_y};
  paint_shaded(canvas, {0, 0, width, floor_y}, wall, mix(wall, rgb(0x000000), 0.15));
  if (random.chance(0.6)) paint_wallpaper(canvas, {0, 0, width, floor_y}, random);
  paint_shaded(canvas, ground, floor, mix(floor, rgb(0x000000), 0.25));
  if (random.chance(0.5)) paint_planks(canvas, ground, random);
  if (random.chance(0.5)) paint_frame(canvas, floor_y, random);
  if (random.chance(0.4)) paint_shelf(canvas, floor_y, random);
  if (random.chance(0.5)) paint_sofa(canvas, floor_y, random);
  if (random.chance(0.4))
    paint_plant(canvas, {width * random.uniform(), floor_y}, unit_of(canvas) * 0.35, random);
  scatter_things(canvas, ground, static_cast<int>(random.below(6)), unit_of(canvas) * 0.08, random);
}

void meadow(Canvas& canvas, Random& random) {
  const double horizon = canvas.height() * random.uniform(0.25, 0.6);
  const double width = canvas.width();
  const double unit = unit_of(canvas);
  const Color sky = pick(kSkies, random);
  const Color grass = vary(leaf_color(random), random);
  paint_shaded(canvas, {0, 0, width, horizon * 1.1}, sky, mix(sky, rgb(0xFFFFFF), 0.5));
  for (int i = 0; i < 4; ++i) {
    const double x = width * random.uniform();
    const Color color = mix(grass, sky, random.uniform(0.2, 0.6));
    paint_blob(canvas, {x, horizon + unit * 0.1}, unit * random.uniform(0.2, 0.4), color, random);
  }
  for (auto trees = random.below(4); trees > 0; --trees) {
    const double x = width * random.uniform();
    paint_tree(canvas, {x, horizon + unit * 0.06}, unit * random.uniform(0.3, 0.7), random);
  }
  paint_shaded(canvas, {0, horizon, width, canvas.height() - horizon}, mix(grass, sky, 0.25),
               mix(grass, rgb(0x000000), 0.2));
  const int blades = static_cast<int>(80 + random.below(160));
  paint_grass(canvas, {0, horizon + unit * 0.05, width, canvas.height() - horizon},
              unit * random.uniform(0.05, 0.15), blades, random);
  scatter_things(canvas, {0, horizon, width, canvas.height() - horizon}, static_cast<int>(random.below(4)),
                 unit * 0.06, random);
}

void brick_wall(Canvas& canvas, Random& random) {
  const Color brick = vary(rgb(0x9C5A44), random);
  canvas.paint(mix(brick, rgb(0xD8CBB5), 0.6));
  const double high = unit_of(canvas) * random.uniform(0.05, 0.1);
  int row = 0;
  for (double y = 0; y < canvas.height(); y += high, ++row)
    for (double x = row % 2 == 0 ? 0 : -high; x < canvas.width(); x += high * 2) {
      canvas.rectangle({x + 1, y + 1, high * 2 - 2, high - 2});
      canvas.fill(vary(brick, random));
    }
  const double floor_y = canvas.height() * random.uniform(0.7, 0.9);
  paint_shaded(canvas, {0, floor_y, whole(canvas).width, canvas.height() - floor_y}, rgb(0x8C8A86),
               rgb(0x5F5D5A));
  scatter_things(canvas, whole(canvas), static_cast<int>(1 + random.below(5)), unit_of(canvas) * 0.09,
                 random);
}

void carpet(Canvas& canvas, Random& random) {
  canvas.paint(vary(thing_color(random), random));
  paint_wallpaper(canvas, whole(canvas), random);
  paint_wallpaper(canvas, whole(canvas), random);
  scatter_things(canvas, whole(canvas), static_cast<int>(2 + random.below(7)), unit_of(canvas) * 0.1, random);
}

void foliage(Canvas& canvas, Random& random) {
  canvas.paint(mix(leaf_color(random), rgb(0x000000), 0.5));
  const double unit = unit_of(canvas);
  for (int i = 0; i < 130; ++i) {
    const Point root = point_in({-20, -20, canvas.width() + 40.0, canvas.height() + 40.0}, random);
    const double angle = random.uniform(0, 2 * std::numbers::pi);
    const double length = unit * random.uniform(0.06, 0.25);
    paint_leaf(canvas, root, length, angle, vary(leaf_color(random), random));
  }
}

void lights(Canvas& canvas, Random& random) {
  const Color top = vary(pick(kWalls, random), random);
  const Color bottom = vary(thing_color(random), random);
  paint_shaded(canvas, whole(canvas), top, bottom);
  for (int i = 0; i < 26; ++i) {
    const Point center = point_in(whole(canvas), random);
    const double radius = unit_of(canvas) * random.uniform(0.03, 0.16);
    canvas.ellipse(center.x, center.y, radius, radius);
    const Color color = vary(thing_color(random), random);
    canvas.fill(draw::with_alpha(color, random.uniform(0.15, 0.6)));
  }
}

}  // namespace

void draw_background(Canvas& canvas, Random& random) {
  constexpr std::array kPlaces{room, room, meadow, meadow, brick_wall, carpet, foliage, lights};
  canvas.save();
  kPlaces[random.below(kPlaces.size())](canvas, random);
  canvas.restore();
}

}  // namespace margay::drawn_animals
