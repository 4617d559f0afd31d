// What a batch is blamed for, and how many of it were right.
#pragma once

#include <cstdint>

#include "margay/engine/torch.h"

namespace margay::train {

struct BatchLoss {
  at::Tensor mean;      ///< scalar float32, differentiable
  int64_t correct = 0;  ///< pictures whose most probable class is their label
};

/// Cross-entropy from logits `[N, outputs]` and labels `[N]` (int64): binary with one output (label 1 is the
/// second class), softmax with several.
BatchLoss cross_entropy(const at::Tensor& logits, const at::Tensor& labels);

}  // namespace margay::train
