// The passes of batch normalisation over pixels of `channels` values, with the sum and the ReLU or ReLU6
// behind it. All take bfloat16 or float32 as their bits; the number of channels is a multiple of 8.
#pragma once

#include <cstdint>
#include <limits>

#include "margay/core/vector_clones.h"

namespace margay::fused {

/// ReLU lets values up to its ceiling through; ReLU6 has one.
constexpr float kNoCeiling = std::numeric_limits<float>::infinity();

/// sums[c] += (value - shift[c]), squares[c] += (value - shift[c])^2.
MARGAY_VECTOR_CLONES_DECLARED void add_moments(int64_t pixels, int channels, const uint16_t* values,
                                               const float* shift, float* sums, float* squares);
MARGAY_VECTOR_CLONES_DECLARED void add_moments(int64_t pixels, int channels, const uint32_t* values,
                                               const float* shift, float* sums, float* squares);

/// What is done to each value: value * scale[c] + offset[c], then + `residual`, which may be null, then
/// ReLU.
template <class Bits>
struct Normalization {
  const float* scale;
  const float* offset;
  const Bits* residual;
  bool relu;
  float ceiling = kNoCeiling;
};

/// `out` may be `values`.
MARGAY_VECTOR_CLONES_DECLARED void normalize(int64_t pixels, int channels, const uint16_t* values,
                                             const Normalization<uint16_t>& what, uint16_t* out);
MARGAY_VECTOR_CLONES_DECLARED void normalize(int64_t pixels, int channels, const uint32_t* values,
                                             const Normalization<uint32_t>& what, uint32_t* out);

/// The gradient of the normalised values. Where ReLU let nothing through it is 0: where `output` is not above
/// 0 and below the ceiling, or without it, where value * scale[c] + offset[c] is not.
template <class Bits>
struct NormalizedGradient {
  const Bits* gradient;
  const Bits* values;  ///< before normalisation
  const Bits* output;  ///< null where it is not needed
  const float* scale;  ///< null without ReLU, or with `output`
  const float* offset;
  float ceiling = kNoCeiling;
};

/// sums[c] += gradient, products[c] += gradient * (value - mean[c]). The gradient behind ReLU is written to
/// `rectified` unless that is null.
MARGAY_VECTOR_CLONES_DECLARED void add_gradients(int64_t pixels, int channels,
                                                 const NormalizedGradient<uint16_t>& given, const float* mean,
                                                 float* sums, float* products, uint16_t* rectified);
MARGAY_VECTOR_CLONES_DECLARED void add_gradients(int64_t pixels, int channels,
                                                 const NormalizedGradient<uint32_t>& given, const float* mean,
                                                 float* sums, float* products, uint32_t* rectified);

/// out = gradient * by_gradient[c] + value * by_value[c] + constant[c].
struct ValueGradientFactors {
  const float* by_gradient;
  const float* by_value;
  const float* constant;
};
MARGAY_VECTOR_CLONES_DECLARED void value_gradients(int64_t pixels, int channels,
                                                   const NormalizedGradient<uint16_t>& given,
                                                   const ValueGradientFactors& factors, uint16_t* out);
MARGAY_VECTOR_CLONES_DECLARED void value_gradients(int64_t pixels, int channels,
                                                   const NormalizedGradient<uint32_t>& given,
                                                   const ValueGradientFactors& factors, uint32_t* out);

}  // namespace margay::fused
