// The update-to-weight ratio: how far one step moved the weights, the plainest sign of a learning rate that
// is too high or too low.
#pragma once

#include <vector>

#include "margay/engine/torch.h"
#include "margay/train/optimizer.h"

namespace margay::train {

/// Remembers the weights before a step. Biases and normalisations are left out: many begin at zero.
class UpdateRatio {
 public:
  explicit UpdateRatio(const std::vector<OptimizedParameter>& parameters);

  /// Root mean square of the change since then over that of the weights then; 0 where all were zero.
  double value() const;

 private:
  std::vector<at::Tensor> now_, before_;
};

}  // namespace margay::train
