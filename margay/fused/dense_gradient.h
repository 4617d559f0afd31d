// The gradient of a dense layer's weights in tiles, for who uses each at once.
#pragma once

#include <cstdint>
#include <functional>

namespace margay::fused {

/// output_gradient [batch, out_features] and input [batch, in_features], as bfloat16.
struct DenseProduct {
  int64_t batch = 0, out_features = 0, in_features = 0;
  const uint16_t* output_gradient = nullptr;
  const uint16_t* input = nullptr;
};

/// Whether this processor multiplies bfloat16 (AVX-512).
bool can_visit_gradient();

/// Is called with `count` neighbours of the gradient [out_features, in_features], which begin at value
/// `first`, by several threads at once. They are gone afterwards.
using VisitGradient = std::function<void(int64_t first, int64_t count, const float* gradient)>;
/// On as many threads as OpenMP has, whose number changes nothing.
void visit_gradient(const DenseProduct& product, const VisitGradient& visit);

}  // namespace margay::fused
