// Whether numbers that a training computes can be used and kept.
#pragma once

#include <span>
#include <string_view>

#include "margay/engine/torch.h"
#include "margay/graph/weights.h"

namespace margay::train {

/// Whether the square of every value of these float32 tensors is finite. Reads each value once.
bool squares_are_finite(std::span<const at::Tensor> tensors);

/// Throws ModelError that names the first of the weights with a value that is infinite or NaN.
void require_finite(const graph::Weights& weights, std::string_view where);

}  // namespace margay::train
