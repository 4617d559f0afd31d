// Bodies: poses of legs, trunk, neck and tail, with the head on top.
#include <cmath>

#include "margay/drawn_animals/mammal.h"

namespace margay::drawn_animals {
namespace {

using draw::Canvas;
using draw::Color;
using draw::Point;

/// A leg from hip to ground with a paw.
void draw_leg(Canvas& canvas, const MammalTraits& t, Point hip, Point foot, Color color) {
  const double width = 0.2 * t.leg_width;
  canvas.set_line_cap(draw::LineCap::round);
  const double knee = (foot.x - hip.x) * 0.2;
  for (const auto& [tone, line_width] :
       {std::pair{mix(color, t.coat.shade, 0.5), width + 0.03}, std::pair{color, width}}) {
    canvas.move_to(hip.x, hip.y);
    canvas.curve_to(hip.x + knee, (hip.y + foot.y) / 2, foot.x - knee, (hip.y + foot.y) / 2, foot.x, foot.y);
    canvas.stroke(tone, line_width);
  }
  canvas.ellipse(foot.x - width * 0.25, foot.y + width * 0.1, width * 0.8, width * 0.5);
  fill_part(canvas, t.coat, mix(color, t.coat.light, 0.35));
}

void stroke_twice(Canvas& canvas, const MammalTraits& t, const std::vector<Point>& line, double width) {
  canvas.set_line_cap(draw::LineCap::round);
  canvas.smooth_line(line);
  canvas.stroke(mix(t.coat.base, t.coat.shade, 0.6), width + 0.03);
  canvas.smooth_line(line);
  canvas.stroke(t.coat.base, width);
}

/// A tail that begins at the origin and grows to the right.
void draw_tail(Canvas& canvas, const MammalTraits& t, Random& random) {
  const double swing = random.uniform(-0.25, 0.25);
  switch (t.tail) {
    case Tail::long_curved:
      return stroke_twice(
          canvas, t,
          {{0, 0}, {0.28, 0.12}, {0.5, -0.15 + swing}, {0.46, -0.5 + swing}, {0.62, -0.72 + swing}}, 0.11);
    case Tail::raised:
      return stroke_twice(
          canvas, t, {{0, 0}, {0.2, -0.12}, {0.32, -0.4 + swing * 0.5}, {0.2, -0.58 + swing * 0.5}}, 0.17);
    case Tail::puff:
      return fill_furry_ellipse(canvas, t.coat, t.coat.light, {0.06, 0}, 0.17, 0.16, random);
    case Tail::curly:
      return stroke_twice(
          canvas, t, {{0, 0}, {0.14, -0.06}, {0.22, -0.2}, {0.12, -0.24}, {0.12, -0.12}, {0.3, -0.14}}, 0.05);
    case Tail::tufted:
      stroke_twice(canvas, t, {{0, 0}, {0.14, 0.1}, {0.18, 0.4}, {0.24 + swing * 0.3, 0.6}}, 0.05);
      canvas.ellipse(0.24 + swing * 0.3, 0.66, 0.07, 0.13);
      return canvas.fill(t.coat.shade);
    case Tail::bobbed:
      return fill_furry_ellipse(canvas, t.coat, t.coat.base, {0.02, 0}, 0.1, 0.09, random);
  }
}

void draw_tail_at(Canvas& canvas, const MammalTraits& t, Point root, double turn, Random& random) {
  canvas.save();
  canvas.translate(root.x, root.y);
  canvas.rotate(turn);
  draw_tail(canvas, t, random);
  canvas.restore();
}

void draw_neck(Canvas& canvas, const MammalTraits& t, Point from, Point to, double width) {
  canvas.set_line_cap(draw::LineCap::round);
  canvas.move_to(from.x, from.y);
  canvas.line_to(to.x, to.y);
  canvas.stroke(mix(t.coat.base, t.coat.shade, 0.15), width);
}

void draw_head_at(Canvas& canvas, const MammalTraits& t, Point center, double radius, double look,
                  Random& random) {
  canvas.save();
  canvas.translate(center.x, center.y);
  canvas.rotate(random.uniform(-0.22, 0.22));
  canvas.scale(radius, radius);
  draw_mammal_head(canvas, t, look, random);
  canvas.restore();
}

double choose_look(Random& random) {
  return random.uniform(-0.8, 0.8);
}

void draw_portrait(Canvas& canvas, const MammalTraits& t, Random& random) {
  fill_furry_ellipse(canvas, t.coat, t.coat.base, {0, 1.25}, 0.85 * t.girth, 0.75, random);
  fill_furry_ellipse(canvas, t.coat, t.coat.light, {0, 1.3}, 0.4, 0.6, random);
  paint_fur(canvas, t.coat, {-1.3, 0.3, 2.6, 1.9}, random);
  draw_head_at(canvas, t, {0, 0}, t.head_size * 1.75, choose_look(random), random);
}

void draw_sitting(Canvas& canvas, const MammalTraits& t, Random& random) {
  const double lift = t.neck_length * 0.8;
  const double half = 0.5 * t.girth;
  draw_tail_at(canvas, t, {half * 0.85, 0.95}, random.uniform(-0.3, 0.3), random);
  fill_furry_ellipse(canvas, t.coat, t.coat.base, {0, 0.5}, half, 0.68, random);
  for (const double x : {-0.8, 0.8})
    fill_furry_ellipse(canvas, t.coat, t.coat.base, {x * half, 0.92}, 0.3 * t.girth, 0.27, random);
  fill_furry_ellipse(canvas, t.coat, t.coat.light, {0, 0.35}, half * 0.45, 0.34, random);
  if (lift > 0) draw_neck(canvas, t, {0, 0.1}, {0, -0.4 - lift}, 0.34);
  paint_fur(canvas, t.coat, {-1, -0.3 - lift, 2, 1.6 + lift}, random);
  for (const double x : {-0.4, 0.4})
    draw_leg(canvas, t, {x * half, 0.55}, {x * half * 1.05, 1.12}, t.coat.base);
  const double sideways = random.uniform(-0.08, 0.08);
  draw_head_at(canvas, t, {sideways, -0.3 - lift}, t.head_size, choose_look(random), random);
}

void draw_standing(Canvas& canvas, const MammalTraits& t, Random& random) {
  const double belly = 0.3 * t.girth;
  const double ground = belly + 0.62 * t.leg_length;
  const Color far_color = mix(t.coat.base, t.coat.shade, 0.5);
  const auto step = [&random] { return random.uniform(-0.14, 0.14); };
  for (const double x : {-0.42, 0.62}) draw_leg(canvas, t, {x, 0.1}, {x + step(), ground - 0.05}, far_color);
  draw_tail_at(canvas, t, {0.72, -0.1}, random.uniform(-0.4, 0.3), random);
  const Point head{-0.78 - t.neck_length * 0.25, -0.38 - t.neck_length};
  draw_neck(canvas, t, {-0.55, -0.02}, head, 0.36);
  fill_furry_ellipse(canvas, t.coat, t.coat.base, {0, 0}, 0.82, belly, random);
  paint_fur(canvas, t.coat, {-1.3, head.y, 2.4, belly - head.y + 0.1}, random);
  for (const double x : {-0.55, 0.5}) draw_leg(canvas, t, {x, 0.12}, {x + step(), ground}, t.coat.base);
  draw_head_at(canvas, t, head, t.head_size, choose_look(random), random);
}

void draw_lying(Canvas& canvas, const MammalTraits& t, Random& random) {
  const double height = 0.36 * t.girth;
  const Point head{-0.55 - t.neck_length * 0.3, -0.05 - t.neck_length};
  draw_tail_at(canvas, t, {0.75, 0.55}, random.uniform(-0.2, 0.9), random);
  draw_neck(canvas, t, {-0.5, 0.4}, head, 0.36);
  fill_furry_ellipse(canvas, t.coat, t.coat.base, {0.08, 0.5}, 0.85, height, random);
  fill_furry_ellipse(canvas, t.coat, t.coat.base, {0.55, 0.58}, 0.36, height * 0.8, random);
  paint_fur(canvas, t.coat, {-1.1, head.y, 2.1, 1.1 - head.y}, random);
  const double floor = 0.5 + height;
  for (const double x : {-0.3, -0.52})
    draw_leg(canvas, t, {x, floor - 0.2}, {x - 0.42, floor - 0.03}, t.coat.base);
  draw_head_at(canvas, t, head, t.head_size, choose_look(random), random);
}

}  // namespace

void draw_mammal(Canvas& canvas, const MammalTraits& traits, Pose pose, Random& random) {
  // A long neck would leave the picture.
  if (pose != Pose::portrait) {
    const double shrink = 1 / (1 + 0.4 * traits.neck_length);
    canvas.scale(shrink, shrink);
    canvas.translate(0, 0.45 * traits.neck_length);
  }
  switch (pose) {
    case Pose::portrait:
      return draw_portrait(canvas, traits, random);
    case Pose::sitting:
      return draw_sitting(canvas, traits, random);
    case Pose::standing:
      return draw_standing(canvas, traits, random);
    case Pose::lying:
      return draw_lying(canvas, traits, random);
  }
}

}  // namespace margay::drawn_animals
