// Stochastic gradient descent with momentum.
#pragma once

#include <vector>

#include "margay/train/optimizer/optimizer.h"

namespace margay::train {

/// As torch.optim.SGD without dampening: buffer = momentum * buffer + gradient, weight decay added to the
/// gradient; Nesterov's variant looks one step ahead (Sutskever et al. 2013).
class Sgd : public Optimizer {
 public:
  Sgd(std::vector<OptimizedParameter> parameters, const recipe::OptimizerConfig& config);

  std::vector<Slot> slots() override { return {{"momentum", &momentum_}}; }

 protected:
  void update(size_t index, const at::Tensor& gradient, double gradient_scale,
              const ParameterAverage& average) override;

 private:
  recipe::OptimizerConfig config_;
  std::vector<at::Tensor> momentum_;
};

}  // namespace margay::train
