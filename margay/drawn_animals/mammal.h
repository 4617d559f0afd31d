// Drawn four-legged animals: traits that make the kind, poses that all kinds share.
#pragma once

#include <string_view>

#include "margay/core/random.h"
#include "margay/draw/canvas.h"
#include "margay/drawn_animals/coat.h"

namespace margay::drawn_animals {

enum class Ears { pointed, half_pricked, floppy, round, upright, fan, leaf, folded };
enum class Muzzle { cat, dog, rabbit, disc, bear, trunk, long_nose };
enum class Tail { long_curved, raised, puff, curly, tufted, bobbed };
enum class Pose { portrait, sitting, standing, lying };

/// Lengths of the head are in radii of the head, those of the body in half-lengths of the body.
struct MammalTraits {
  Coat coat;
  double head_size = 0.46;
  double head_width = 1;
  double head_height = 0.9;
  Ears ears = Ears::pointed;
  double ear_size = 1;
  Muzzle muzzle = Muzzle::cat;
  double muzzle_size = 1;
  double eye_size = 1;
  double eye_spacing = 0.42;
  bool slit_pupils = false;
  draw::Color eye_color;
  bool whiskers = false;
  bool tongue = false;
  bool horns = false;
  double girth = 1;
  double leg_length = 1;
  double leg_width = 1;
  double neck_length = 0;
  Tail tail = Tail::long_curved;
};

/// Whether `kind` is one of the four-legged kinds of this file.
bool is_mammal(std::string_view kind);

/// Traits of one animal of the kind.
MammalTraits choose_mammal(std::string_view kind, Random& random);

/// Draws it around the origin, within about [-1.3, 1.3] each way, facing left where the pose has a side.
void draw_mammal(draw::Canvas& canvas, const MammalTraits& traits, Pose pose, Random& random);

/// The head alone, of radius 1 around the origin; `look` in [-1, 1] turns the face to the side.
void draw_mammal_head(draw::Canvas& canvas, const MammalTraits& traits, double look, Random& random);

}  // namespace margay::drawn_animals
