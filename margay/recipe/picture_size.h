// The size of pictures in the document of a recipe, and what follows it.
#pragma once

#include <string>

#include "margay/core/json.h"

namespace margay::recipe {

/// Of pictures, in pixels.
struct PictureSize {
  int width = 0, height = 0;

  /// "150" for a square, "160x120".
  std::string to_text() const;
};

/// Sizes of training pictures (schedule.sizes) keep their share of the input's, rounded to multiples of 8.
void let_sizes_follow(Json& document, const PictureSize& size);
/// Published weights see squares of this size.
void let_resolution_follow(Json& document, const PictureSize& size);
/// Sets [input]; what is not square is not scaled by its shorter side first.
void put_size(Json& document, const PictureSize& size);

}  // namespace margay::recipe
