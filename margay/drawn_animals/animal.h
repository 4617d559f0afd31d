// Drawn animals: seeded pictures of up to ten kinds, hard enough to learn from.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "margay/draw/canvas.h"
#include "margay/image/image.h"

namespace margay::drawn_animals {

/// A picture of one animal.
struct DrawnAnimal {
  image::Image picture;
  draw::PixelBox box;  ///< around the animal, what is hidden behind other things included, within the picture
};

/// The kinds that can be drawn, in plural, as classes are named: "cats", "dogs", ...
std::span<const std::string_view> animal_kinds();

/// The picture number `index` of its kind, a square of `size_px` pixels, or 200 to 400 pixels each way where
/// that is 0: a pure function of the arguments. Thread-safe. Throws UsageError for a kind that is not in
/// `animal_kinds()`.
DrawnAnimal draw_animal(std::string_view kind, uint64_t seed, uint64_t index, int size_px = 0);

}  // namespace margay::drawn_animals
