// The CPU reads and writes each parameter once a step; other devices use tensor operations.
#include "margay/train/optimizer/sgd.h"

#include <ATen/Parallel.h>

#include <utility>

#include "margay/core/vector_clones.h"

namespace margay::train {
namespace {

struct StepFactors {
  float gradient_scale, l2, momentum, lr, average_share;
  bool nesterov;
};

template <bool averages>
MARGAY_INLINE void update_values(float* __restrict parameter, const float* __restrict gradient,
                                 float* __restrict momentum, float* __restrict average, int64_t count,
                                 StepFactors f) {
  for (int64_t i = 0; i < count; ++i) {
    const float g = f.gradient_scale * gradient[i] + f.l2 * parameter[i];
    momentum[i] = f.momentum * momentum[i] + g;
    parameter[i] -= f.lr * (f.nesterov ? g + f.momentum * momentum[i] : momentum[i]);
    if (averages) average[i] += f.average_share * (parameter[i] - average[i]);
  }
}

/// `average` is null where there is none.
MARGAY_VECTOR_CLONES void update_range(float* parameter, const float* gradient, float* momentum,
                                       float* average, int64_t count, StepFactors f) {
  if (average)
    update_values<true>(parameter, gradient, momentum, average, count, f);
  else
    update_values<false>(parameter, gradient, momentum, nullptr, count, f);
}

void update_on_cpu(const at::Tensor& parameter, const at::Tensor& gradient, const at::Tensor& momentum,
                   const ParameterAverage& average, const StepFactors& factors) {
  float* p = parameter.data_ptr<float>();
  const float* g = gradient.data_ptr<float>();
  float* m = momentum.data_ptr<float>();
  float* a = average.data();
  at::parallel_for(0, parameter.numel(), 1 << 16, [&](int64_t begin, int64_t end) {
    update_range(p + begin, g + begin, m + begin, a ? a + begin : nullptr, end - begin, factors);
  });
}

void update_with_tensors(const at::Tensor& parameter, const at::Tensor& gradient, const at::Tensor& momentum,
                         const ParameterAverage& average, const StepFactors& f) {
  const at::Tensor g = gradient * f.gradient_scale + parameter * f.l2;
  momentum.mul_(f.momentum).add_(g);
  parameter.sub_(f.nesterov ? g + momentum * f.momentum : momentum, f.lr);
  if (average.tensor.defined()) average.tensor.lerp_(parameter, average.share);
}

}  // namespace

Sgd::Sgd(std::vector<OptimizedParameter> parameters, const recipe::OptimizerConfig& config)
    : Optimizer(std::move(parameters), config), config_(config), momentum_(zeros_like_parameters()) {}

void Sgd::update(size_t index, const at::Tensor& gradient, double gradient_scale,
                 const ParameterAverage& average) {
  const at::Tensor& tensor = parameter(index).tensor;
  const auto change = tensor.is_cpu() ? update_on_cpu : update_with_tensors;
  change(tensor, gradient, momentum_[index], average,
         {static_cast<float>(gradient_scale), static_cast<float>(weight_decay_of(index)),
          static_cast<float>(config_.momentum), static_cast<float>(lr_of(index)), average.share,
          config_.nesterov});
}

}  // namespace margay::train
