// What all optimisers share: the order of a step, and clipping by the norm of all gradients.
#include "margay/train/optimizer/optimizer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "margay/train/finite.h"
#include "margay/train/optimizer/adam.h"
#include "margay/train/optimizer/rmsprop.h"
#include "margay/train/optimizer/sgd.h"

namespace margay::train {
namespace {

/// The gradient in the layout of the parameter, so that equal offsets mean equal elements.
at::Tensor aligned(const at::Tensor& gradient, const at::Tensor& parameter) {
  return gradient.strides() == parameter.strides() ? gradient : at::empty_like(parameter).copy_(gradient);
}

}  // namespace

Optimizer::Optimizer(std::vector<OptimizedParameter> parameters, const recipe::OptimizerConfig& config)
    : parameters_(std::move(parameters)),
      lr_(config.lr),
      weight_decay_(config.weight_decay),
      clip_norm_(config.clip_norm) {}

void Optimizer::zero_grad() {
  for (OptimizedParameter& parameter : parameters_) parameter.tensor.mutable_grad().reset();
}

bool Optimizer::has_finite_gradients() const {
  std::vector<at::Tensor> gradients;
  for (const OptimizedParameter& parameter : parameters_)
    if (parameter.tensor.grad().defined()) gradients.push_back(parameter.tensor.grad());
  return squares_are_finite(gradients);
}

void Optimizer::step(const Averages& averages, double gradient_scale) {
  const at::NoGradGuard no_gradient;
  const double scale = gradient_scale * clip_scale(gradient_scale);
  ++steps_;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const at::Tensor& tensor = parameters_[i].tensor;
    ParameterAverage average{averages.tensors.empty() ? at::Tensor() : averages.tensors[i],
                             static_cast<float>(averages.share)};
    if (const at::Tensor& gradient = tensor.grad(); gradient.defined()) {
      update(i, aligned(gradient, tensor), scale, average);
      tensor.unsafeGetTensorImpl()->bump_version();  // its values were written past libtorch
    } else if (average.tensor.defined()) {
      average.tensor.lerp_(tensor, average.share);
    }
  }
}

/// clip_grad_norm_: gradients whose common norm is above the limit shrink to it.
double Optimizer::clip_scale(double gradient_scale) const {
  if (clip_norm_ <= 0) return 1;
  std::vector<at::Tensor> norms;
  for (const OptimizedParameter& parameter : parameters_)
    if (parameter.tensor.grad().defined()) norms.push_back(parameter.tensor.grad().norm());
  if (norms.empty()) return 1;
  const double norm = gradient_scale * at::stack(norms).norm().item<double>();
  return std::min(1.0, clip_norm_ / (norm + 1e-6));
}

std::vector<at::Tensor> Optimizer::zeros_like_parameters() const {
  std::vector<at::Tensor> zeros;
  for (const OptimizedParameter& parameter : parameters_)
    zeros.push_back(at::zeros_like(parameter.tensor.detach()));
  return zeros;
}

std::unique_ptr<Optimizer> make_optimizer(std::vector<OptimizedParameter> parameters,
                                          const recipe::OptimizerConfig& config) {
  if (config.name == recipe::OptimizerName::sgd) return std::make_unique<Sgd>(std::move(parameters), config);
  if (config.name == recipe::OptimizerName::rmsprop)
    return std::make_unique<Rmsprop>(std::move(parameters), config);
  return std::make_unique<Adam>(std::move(parameters), config);
}

}  // namespace margay::train
