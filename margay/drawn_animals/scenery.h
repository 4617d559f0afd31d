// What is behind a drawn animal, around it and in front of it.
#pragma once

#include "margay/core/random.h"
#include "margay/draw/canvas.h"

namespace margay::drawn_animals {

/// Fills the whole canvas with a place: a room, a meadow, a wall, a carpet, foliage or blurred lights, with
/// clutter in it.
void draw_background(draw::Canvas& canvas, Random& random);

/// Puts up to three things in front of the animal: grass, leaves, bars, boxes, cushions.
void draw_foreground(draw::Canvas& canvas, const draw::PixelBox& animal, Random& random);

}  // namespace margay::drawn_animals
