// Whether gradients can be used.
#pragma once

#include <span>

#include "margay/engine/torch.h"

namespace margay::train {

/// Whether the square of every value of these float32 tensors is finite. Reads each value once.
bool squares_are_finite(std::span<const at::Tensor> tensors);

}  // namespace margay::train
