// Drawn animals without four legs to stand on: birds, fish and frogs.
#pragma once

#include "margay/core/random.h"
#include "margay/draw/canvas.h"

namespace margay::drawn_animals {

/// Each draws one animal around the origin, within about [-1.3, 1.3] each way, facing left.
void draw_bird(draw::Canvas& canvas, Random& random);
void draw_fish(draw::Canvas& canvas, Random& random);
void draw_frog(draw::Canvas& canvas, Random& random);

}  // namespace margay::drawn_animals
