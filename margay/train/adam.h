// Adam in one pass over memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "margay/engine/torch.h"

namespace margay::train {

struct AdamOptions {
  double lr = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-7;
};

/// Adam (Kingma & Ba 2015, algorithm 1; eps is added to the root of the corrected second moment, as in
/// PyTorch).
class Adam {
 public:
  /// `parameters` are float32 leaves that require gradients; they are changed in place.
  Adam(std::vector<at::Tensor> parameters, AdamOptions options);

  /// Forgets the gradients.
  void zero_grad();
  /// Uses the gradients once.
  void step();

  void set_lr(double lr) { options_.lr = lr; }
  double lr() const { return options_.lr; }

  // The state, for checkpoints: steps taken, and first and second moments in the order of the parameters.
  int64_t steps() const { return steps_; }
  void set_steps(int64_t steps) { steps_ = steps; }
  std::vector<at::Tensor>& first_moments() { return first_; }
  std::vector<at::Tensor>& second_moments() { return second_; }

 private:
  std::vector<at::Tensor> parameters_, first_, second_;
  AdamOptions options_;
  int64_t steps_ = 0;
};

}  // namespace margay::train
