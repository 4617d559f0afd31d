// Adam and AdamW in one pass over memory.
#pragma once

#include <vector>

#include "margay/train/optimizer/optimizer.h"

namespace margay::train {

/// Adam (Kingma & Ba 2015, algorithm 1; eps is added to the root of the corrected second moment, as in
/// PyTorch), its weight decay added to the gradient; or AdamW (Loshchilov & Hutter 2019, algorithm 2), whose
/// decay shrinks the weights themselves.
class Adam : public Optimizer {
 public:
  Adam(std::vector<OptimizedParameter> parameters, const recipe::OptimizerConfig& config);

  std::vector<Slot> slots() override { return {{"first", &first_}, {"second", &second_}}; }

 protected:
  void update(size_t index, const at::Tensor& gradient, double gradient_scale,
              const ParameterAverage& average) override;

 private:
  recipe::OptimizerConfig config_;
  std::vector<at::Tensor> first_, second_;  ///< moments
};

}  // namespace margay::train
