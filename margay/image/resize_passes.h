// The two inner loops of a resize, for the processor at hand. All versions give the same integers.
#pragma once

#include <cstdint>
#include <vector>

#include "margay/image/resize_weights.h"

namespace margay::image {

/// The vertical pass handles rows in blocks of so many bytes.
inline constexpr int kRowBlock = 32;

/// What the horizontal pass reads again and again, laid out for vectors of four values per pixel.
struct HorizontalPlan {
  AxisWeights axis;
  std::vector<int32_t> weights;  ///< [count, taps, 4], each weight four times
  std::vector<int16_t> row;      ///< [width + taps, 4], one row of the picture, zero beyond the width

  HorizontalPlan(AxisWeights made, int width);
};

/// The two one-dimensional passes of a resize.
struct ResizePasses {
  /// Scales one row of `width` RGB pixels to `out`, with three values for each output of the plan.
  void (*filter_row)(const uint8_t* in, int width, HorizontalPlan& plan, uint8_t* out);
  /// out[x] = sum over k < taps of weights[k] * rows[k * stride + x]; `stride` is a multiple of kRowBlock.
  void (*blend_rows)(const uint8_t* rows, int stride, const int32_t* weights, int taps, uint8_t* out);
};

/// The fastest version that this processor runs.
const ResizePasses& resize_passes();

/// The version that runs everywhere.
const ResizePasses& plain_resize_passes();

}  // namespace margay::image
