// Colours and markings of drawn animals, and how fur is put on them.
#pragma once

#include "margay/core/random.h"
#include "margay/draw/canvas.h"

namespace margay::drawn_animals {

enum class Marking { plain, stripes, patches, spots };

/// What an animal wears.
struct Coat {
  draw::Color base;
  draw::Color shade;    ///< darker: outlines, far legs
  draw::Color light;    ///< chest, muzzle, belly
  draw::Color pattern;  ///< of the marking
  draw::Color skin;     ///< inside of ears, nose, tongue
  Marking marking = Marking::plain;
  double fluff = 0.03;  ///< height of tufts on outlines, as a part of the radius
};

/// Colours that cats, dogs and rabbits share, so that colour tells nothing.
Coat choose_pet_coat(Random& random);

/// A coat around one colour.
Coat coat_of(draw::Color base, Marking marking, draw::Color pattern, double fluff);

/// Fills an ellipse with tufts along its outline and a soft shade towards its edge.
void fill_furry_ellipse(draw::Canvas& canvas, const Coat& coat, draw::Color color, draw::Point center,
                        double radius_x, double radius_y, Random& random);

/// Fills and outlines the current path with `color`, shaded from above.
void fill_part(draw::Canvas& canvas, const Coat& coat, draw::Color color);

/// Paints marking and hairs over everything within `area` that is painted already.
void paint_fur(draw::Canvas& canvas, const Coat& coat, const draw::Rectangle& area, Random& random);

}  // namespace margay::drawn_animals
