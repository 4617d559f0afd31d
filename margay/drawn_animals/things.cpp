// Leaves, grass and clutter.
#include "margay/drawn_animals/things.h"

#include <array>

#include "margay/drawn_animals/palette.h"

namespace margay::drawn_animals {

using draw::Canvas;
using draw::Color;
using draw::Point;
using draw::Rectangle;
using draw::rgb;

namespace {

constexpr std::array kThings{rgb(0xB5473C), rgb(0x3C6E9E), rgb(0xD99B3A), rgb(0x5B8A55),
                             rgb(0x7B5C8E), rgb(0xE8DCC6), rgb(0x3A3534), rgb(0x8C9098),
                             rgb(0xD98A42), rgb(0x7C5639), rgb(0xE0C597), rgb(0x66707C)};
constexpr std::array kLeaves{rgb(0x4F7A3A), rgb(0x6F9A45), rgb(0x35593A),
                             rgb(0x8A9A4A), rgb(0xA8893F), rgb(0x7C5639)};

}  // namespace

Color thing_color(Random& random) {
  return pick(kThings, random);
}
Color leaf_color(Random& random) {
  return pick(kLeaves, random);
}

Color vary(Color color, Random& random) {
  const Color target = random.chance(0.5) ? rgb(0xFFFFFF) : rgb(0x000000);
  return mix(color, target, random.uniform(0, 0.3));
}

Point point_in(const Rectangle& box, Random& random) {
  const double x = box.x + box.width * random.uniform();
  const double y = box.y + box.height * random.uniform();
  return {x, y};
}

void paint_leaf(Canvas& canvas, Point root, double length, double angle, Color color) {
  canvas.save();
  canvas.translate(root.x, root.y);
  canvas.rotate(angle);
  canvas.move_to(0, 0);
  canvas.curve_to(length * 0.3, -length * 0.3, length * 0.8, -length * 0.2, length, 0);
  canvas.curve_to(length * 0.8, length * 0.2, length * 0.3, length * 0.3, 0, 0);
  canvas.fill_and_keep(color);
  canvas.stroke(rgb(0x1E2A14, 0.35), 1);
  canvas.restore();
}

void paint_grass(Canvas& canvas, const Rectangle& ground, double height, int blades, Random& random) {
  canvas.set_line_cap(draw::LineCap::round);
  for (int i = 0; i < blades; ++i) {
    const Point root = point_in(ground, random);
    const double lean = random.uniform(-0.5, 0.5) * height;
    const double tall = height * random.uniform(0.5, 1.2);
    canvas.move_to(root.x, root.y);
    canvas.curve_to(root.x, root.y - tall * 0.5, root.x + lean * 0.5, root.y - tall * 0.8, root.x + lean,
                    root.y - tall);
    canvas.stroke(vary(leaf_color(random), random), std::max(1.0, height * 0.07));
  }
}

namespace {

/// The outline around the origin, reaching `size` from it.
void add_outline(Canvas& canvas, uint64_t shape, double size, Random& random) {
  const double s = size;
  switch (shape) {
    case 0:
      return canvas.ellipse(0, 0, s, s * random.uniform(0.6, 1));
    case 1:
      return canvas.rounded_rectangle({-s, -s * 0.7, s * 2, s * 1.4}, s * random.uniform(0, 0.5));
    case 2:
      canvas.move_to(-s * 0.7, s * 0.6);
      canvas.line_to(0, -s);
      canvas.line_to(s * 0.7, s * 0.6);
      return canvas.close();
    case 3:
      return canvas.smooth_loop({{-s * 0.3, -s}, {s * 0.35, -s * 0.8}, {s * 0.5, s}, {-s * 0.2, s * 0.9}});
    case 4:
      return canvas.ellipse(0, 0, s * 0.5, s);
    default:
      return canvas.smooth_loop(
          {{-s, 0}, {-s * 0.4, -s * 0.7}, {s * 0.6, -s * 0.6}, {s, s * 0.2}, {0, s * 0.7}});
  }
}

}  // namespace

void paint_thing(Canvas& canvas, Point center, double size, Random& random) {
  const Color color = vary(thing_color(random), random);
  const uint64_t shape = random.below(6);
  canvas.save();
  canvas.translate(center.x, center.y);
  canvas.rotate(random.uniform(-0.5, 0.5));
  add_outline(canvas, shape, size, random);
  canvas.fill_and_keep(
      draw::LinearGradient{{-size, -size},
                           {size, size},
                           {{0, mix(color, rgb(0xFFFFFF), 0.25)}, {1, mix(color, rgb(0x000000), 0.3)}}});
  canvas.stroke(rgb(0x000000, 0.25), 1);
  if (random.chance(0.35)) {
    canvas.ellipse(size * random.uniform(-0.3, 0.3), 0, size * 0.22, size * 0.22);
    canvas.fill(thing_color(random));
  }
  canvas.restore();
}

}  // namespace margay::drawn_animals
