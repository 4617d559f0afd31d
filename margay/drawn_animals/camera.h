// What a camera does to a scene: light, blur and noise.
#pragma once

#include "margay/core/random.h"
#include "margay/draw/canvas.h"
#include "margay/image/image.h"

namespace margay::drawn_animals {

/// Lays light and shade over the scene: one side brighter, a tint, darker corners, spots of sun.
void light_scene(draw::Canvas& canvas, Random& random);

/// Blurs, adds noise and changes contrast and brightness, as a hurried photographer's camera would. What is
/// out of focus spreads over as many pixels as a unit of the scene has.
void photograph(image::Image& picture, double pixels_per_unit, Random& random);

}  // namespace margay::drawn_animals
