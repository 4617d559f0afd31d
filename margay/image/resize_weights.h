// Which input pixels make an output pixel, and by how much, along one axis of a resize.
#pragma once

#include <cstdint>
#include <vector>

#include "margay/image/resize.h"

namespace margay::image {

/// Fixed-point weights have this many fractional bits: 8 bits of pixel, 2 of overshoot and sign make 32.
inline constexpr int kWeightBits = 32 - 8 - 2;

/// Weights of output positions [begin, begin + count): each reads `taps` inputs from `first[i]` on; the last
/// of them may have weight 0 and may lie outside.
struct AxisWeights {
  int taps = 0;                  ///< multiple of `kTapBlock`, the same for all
  std::vector<int> first;        ///< [count]
  std::vector<int> used;         ///< [count] number of taps with a weight, all inside
  std::vector<int32_t> weights;  ///< [count, taps], kWeightBits fractional bits
};

/// Taps come in blocks of this size, so that inner loops need no remainder.
inline constexpr int kTapBlock = 4;

/// For scaling the part [start, start + extent) of an axis of `in_size` pixels to `out_size` pixels.
AxisWeights axis_weights(int in_size, double start, double extent, int out_size, Kernel kernel, int begin,
                         int count);

}  // namespace margay::image
