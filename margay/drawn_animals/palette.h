// Random choice from a palette.
#pragma once

#include <array>
#include <cstddef>

#include "margay/core/random.h"
#include "margay/draw/canvas.h"

namespace margay::drawn_animals {

/// One of the colours, all equally likely.
template <size_t N>
draw::Color pick(const std::array<draw::Color, N>& colors, Random& random) {
  return colors[random.below(N)];
}

}  // namespace margay::drawn_animals
