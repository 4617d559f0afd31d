// What all optimisers share: the order of a step, and clipping by the norm of all gradients.
#include "margay/train/optimizer.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "margay/fused/dense.h"
#include "margay/fused/dense_gradient.h"
#include "margay/train/adam.h"
#include "margay/train/sgd.h"

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
      clip_norm_(config.clip_norm) {
  for (const OptimizedParameter& parameter : parameters_)
    if (parameter.pending) parameter.pending->is_wanted = clip_norm_ <= 0 && fused::can_visit_gradient();
}

void Optimizer::zero_grad() {
  for (OptimizedParameter& parameter : parameters_) {
    parameter.tensor.mutable_grad().reset();
    if (parameter.pending) parameter.pending->clear();
  }
}

void Optimizer::step(const Averages& averages) {
  const torch::NoGradGuard no_gradient;
  const double scale = clip_scale();
  ++steps_;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const at::Tensor& tensor = parameters_[i].tensor;
    ParameterAverage average{averages.tensors.empty() ? at::Tensor() : averages.tensors[i],
                             static_cast<float>(averages.share)};
    if (parameters_[i].pending && parameters_[i].pending->is_pending()) {
      use_pending(i, average);
    } else if (tensor.grad().defined()) {
      use_gradient(i, scale, average);
    } else if (average.tensor.defined()) {
      average.tensor.lerp_(tensor, average.share);
    }
  }
}

void Optimizer::use_gradient(size_t index, double gradient_scale, const ParameterAverage& average) {
  const at::Tensor& tensor = parameters_[index].tensor;
  const at::Tensor gradient = aligned(tensor.grad(), tensor);
  if (tensor.is_cpu())
    at::parallel_for(0, tensor.numel(), 1 << 16, [&](int64_t first, int64_t behind) {
      update_values(index, first, behind - first, gradient.data_ptr<float>() + first, gradient_scale,
                    average);
    });
  else
    update(index, gradient, gradient_scale, average);
  tensor.unsafeGetTensorImpl()->bump_version();  // its values were written past libtorch
}

/// Tile by tile while each is in the cache, and the copy of the weights in bfloat16 with it.
void Optimizer::use_pending(size_t index, const ParameterAverage& average) {
  const at::Tensor& tensor = parameters_[index].tensor;
  engine::PendingGradient& pending = *parameters_[index].pending;
  const float* values = tensor.data_ptr<float>();
  const auto bits = [](const at::Tensor& map) { return static_cast<uint16_t*>(map.data_ptr()); };
  uint16_t* narrow = bits(pending.narrow);
  fused::visit_gradient({pending.input.size(0), tensor.size(0), tensor.size(1), bits(pending.output_gradient),
                         bits(pending.input)},
                        [&](int64_t first, int64_t count, const float* gradient) {
                          update_values(index, first, count, gradient, 1, average);
                          fused::to_bfloat16(count, values + first, narrow + first);
                        });
  tensor.unsafeGetTensorImpl()->bump_version();
  pending.version = static_cast<int64_t>(tensor._version());
  pending.clear();
}

/// clip_grad_norm_: gradients whose common norm is above the limit shrink to it.
double Optimizer::clip_scale() const {
  if (clip_norm_ <= 0) return 1;
  std::vector<at::Tensor> norms;
  for (const OptimizedParameter& parameter : parameters_)
    if (parameter.tensor.grad().defined()) norms.push_back(parameter.tensor.grad().norm());
  if (norms.empty()) return 1;
  return std::min(1.0, clip_norm_ / (at::stack(norms).norm().item<double>() + 1e-6));
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
  return std::make_unique<Adam>(std::move(parameters), config);
}

}  // namespace margay::train
