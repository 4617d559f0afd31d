// One picture: background, shadow, animal, what is in front of it, light, camera.
#include "margay/drawn_animals/animal.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "margay/core/error.h"
#include "margay/core/random.h"
#include "margay/drawn_animals/camera.h"
#include "margay/drawn_animals/mammal.h"
#include "margay/drawn_animals/scenery.h"
#include "margay/drawn_animals/small_animals.h"

namespace margay::drawn_animals {
namespace {

using draw::Canvas;

constexpr std::array<std::string_view, 10> kKinds{"cats",  "dogs",      "rabbits",  "birds", "fish",
                                                  "frogs", "elephants", "giraffes", "pigs",  "bears"};

/// What is drawn, in the units of its canvas.
struct Frame {
  int width;
  int height;
  double pixels_per_unit;
};

/// Pictures of a given size show scenes of the same size: their shapes and their sharpness are the same.
Frame choose_frame(int size_px, Random& random) {
  constexpr int kSquare = 300;
  if (size_px > 0) return {kSquare, kSquare, static_cast<double>(size_px) / kSquare};
  const int width = static_cast<int>(200 + random.below(201));
  return {width, static_cast<int>(200 + random.below(201)), 1};
}

void draw_kind(Canvas& canvas, std::string_view kind, Random& random) {
  if (kind == "birds") return draw_bird(canvas, random);
  if (kind == "fish") return draw_fish(canvas, random);
  if (kind == "frogs") return draw_frog(canvas, random);
  const MammalTraits traits = choose_mammal(kind, random);
  draw_mammal(canvas, traits, static_cast<Pose>(random.below(4)), random);
}

/// The animal on a layer of its own, somewhere, at some size and angle. Most of it is within the picture.
Canvas draw_layer(const Frame& frame, std::string_view kind, Random& random) {
  const auto [width, height, pixels_per_unit] = frame;
  Canvas layer(width, height, {0, 0, 0, 0}, pixels_per_unit);
  const double shorter = std::min(width, height);
  const double scale = shorter * random.uniform(0.44, 0.56);
  const double slack_x = std::max(0.0, width / 2.0 - scale * 0.85);
  const double slack_y = std::max(0.0, height / 2.0 - scale * 0.85);
  const double x = width / 2.0 + slack_x * random.uniform(-0.4, 0.4);
  const double y = height / 2.0 + slack_y * random.uniform(-0.3, 0.5);
  layer.save();
  layer.translate(x, y);
  layer.rotate(random.uniform(-0.25, 0.25));
  const double stretch = random.uniform(0.88, 1.14);
  layer.scale((random.chance(0.5) ? 1 : -1) * scale * stretch, scale / stretch);
  draw_kind(layer, kind, random);
  layer.restore();
  return layer;
}

/// The same box in the units of the canvas that it was found on.
draw::PixelBox in_units(const draw::PixelBox& box, double pixels_per_unit) {
  const auto units = [&](int pixels) { return static_cast<int>(std::lround(pixels / pixels_per_unit)); };
  return {units(box.x), units(box.y), units(box.width), units(box.height)};
}

/// Light from one side of the animal alone gives it volume.
void shade_layer(Canvas& layer, const draw::PixelBox& box, double pixels_per_unit, Random& random) {
  Canvas shade(layer.width(), layer.height(), {0, 0, 0, 0}, pixels_per_unit);
  const bool lit_from_left = random.chance(0.5);
  const double left = box.x, right = box.x + box.width, top = box.y, bottom = box.y + box.height;
  shade.draw_silhouette(layer, 0, 0,
                        draw::LinearGradient{{lit_from_left ? left : right, top},
                                             {lit_from_left ? right : left, bottom},
                                             {{0, draw::rgb(0xFFF6E0, 0.18)},
                                              {0.45, draw::rgb(0x000000, 0)},
                                              {1, draw::rgb(0x0A0A1A, random.uniform(0.1, 0.45))}}});
  layer.draw_canvas(shade);
}

void draw_shadow(Canvas& scene, const draw::PixelBox& box, Random& random) {
  const double x = box.x + box.width * random.uniform(0.4, 0.6);
  const double y = box.y + box.height * 0.98;
  const double radius = box.width * 0.6;
  scene.save();
  scene.translate(x, y);
  scene.scale(1, 0.22);
  scene.paint(
      draw::RadialGradient{{0, 0}, radius, {{0, draw::rgb(0x000000, 0.45)}, {1, draw::rgb(0x000000, 0)}}});
  scene.restore();
}

}  // namespace

std::span<const std::string_view> animal_kinds() {
  return kKinds;
}

DrawnAnimal draw_animal(std::string_view kind, uint64_t seed, uint64_t index, int size_px) {
  if (std::find(kKinds.begin(), kKinds.end(), kind) == kKinds.end())
    throw UsageError("datasets.animal", fmt::format("no animals are called '{}'", kind),
                     fmt::format("there are {}", fmt::join(kKinds, ", ")));
  Random random{hash_text("datasets.animal"), hash_text(kind), seed, index};
  const Frame frame = choose_frame(size_px, random);
  Canvas scene(frame.width, frame.height, draw::rgb(0xFFFFFF), frame.pixels_per_unit);
  draw_background(scene, random);
  Canvas layer = draw_layer(frame, kind, random);
  const std::optional<draw::PixelBox> ink = layer.ink_box();
  require<Error>(ink.has_value(), "datasets.animal",
                 fmt::format("{} {} of seed {} is outside its picture", kind, index, seed));
  const draw::PixelBox box = in_units(*ink, frame.pixels_per_unit);
  shade_layer(layer, box, frame.pixels_per_unit, random);
  draw_shadow(scene, box, random);
  scene.draw_canvas(layer);
  draw_foreground(scene, box, random);
  light_scene(scene, random);
  DrawnAnimal drawn{scene.to_image(), *ink};
  photograph(drawn.picture, frame.pixels_per_unit, random);
  return drawn;
}

}  // namespace margay::drawn_animals
