// Leaves, grass and clutter that stand both behind and in front of drawn animals, and the palettes of scenes.
#pragma once

#include <algorithm>

#include "margay/core/random.h"
#include "margay/draw/canvas.h"

namespace margay::drawn_animals {

/// Colours of things and of leaves, picked at random.
draw::Color thing_color(Random& random);
draw::Color leaf_color(Random& random);

/// The colour, somewhat lighter or darker.
draw::Color vary(draw::Color color, Random& random);

/// The size that things are measured by: the shorter side, in pixels.
inline double unit_of(const draw::Canvas& canvas) {
  return std::min(canvas.width(), canvas.height());
}

draw::Point point_in(const draw::Rectangle& box, Random& random);

void paint_leaf(draw::Canvas& canvas, draw::Point root, double length, double angle, draw::Color color);

/// Blades that grow upwards from places in `ground`.
void paint_grass(draw::Canvas& canvas, const draw::Rectangle& ground, double height, int blades,
                 Random& random);

/// A rounded, pointed or boxy thing: some look like ears and snouts, so that no network can rely on one cue.
void paint_thing(draw::Canvas& canvas, draw::Point center, double size, Random& random);

}  // namespace margay::drawn_animals
