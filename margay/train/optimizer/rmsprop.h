// RMSprop.
#pragma once

#include <vector>

#include "margay/train/optimizer/optimizer.h"

namespace margay::train {

/// As torch.optim.RMSprop, not centred: square = rho * square + (1 - rho) * gradient^2, and the parameter
/// moves by lr * gradient / (sqrt(square) + eps) (Hinton 2012, lecture 6e). With momentum it moves by
/// lr * buffer, where buffer = momentum * buffer + gradient / (sqrt(square) + eps). Weight decay is added to
/// the gradient.
/// What PyTorch calls alpha is rho, as in Keras, whose defaults these are.
class Rmsprop : public Optimizer {
 public:
  Rmsprop(std::vector<OptimizedParameter> parameters, const recipe::OptimizerConfig& config);

  std::vector<Slot> slots() override;

 protected:
  void update(size_t index, const at::Tensor& gradient, double gradient_scale,
              const ParameterAverage& average) override;

 private:
  recipe::OptimizerConfig config_;
  std::vector<at::Tensor> square_;
  std::vector<at::Tensor> momentum_;  ///< none where there is no momentum
};

}  // namespace margay::train
