#include "margay/train/update_ratio.h"

#include <cmath>

namespace margay::train {

UpdateRatio::UpdateRatio(const std::vector<OptimizedParameter>& parameters) {
  const at::NoGradGuard no_gradient;
  for (const OptimizedParameter& parameter : parameters) {
    if (!parameter.has_weight_decay) continue;
    now_.push_back(parameter.tensor);
    before_.push_back(parameter.tensor.clone());
  }
}

double UpdateRatio::value() const {
  const at::NoGradGuard no_gradient;
  double change = 0, size = 0;
  for (size_t i = 0; i < now_.size(); ++i) {
    change += (now_[i] - before_[i]).square_().sum().item<double>();
    size += before_[i].square().sum().item<double>();
  }
  return size == 0 ? 0 : std::sqrt(change / size);
}

}  // namespace margay::train
