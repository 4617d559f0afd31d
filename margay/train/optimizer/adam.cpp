// The CPU reads and writes each parameter once a step; other devices use tensor operations.
#include "margay/train/optimizer/adam.h"

#include <ATen/Parallel.h>

#include <cmath>
#include <utility>

#include "margay/core/vector_clones.h"

namespace margay::train {
namespace {

/// What a step multiplies with, bias corrections included.
struct StepFactors {
  float gradient_scale, l2, keep, beta1, beta2, step_size, inverse_root_correction2, eps, average_share;
};

StepFactors factors_of(const recipe::OptimizerConfig& config, double lr, double decay, double gradient_scale,
                       int64_t step, float average_share) {
  const bool decoupled = config.name == recipe::OptimizerName::adamw;
  const double correction1 = 1 - std::pow(config.beta1, static_cast<double>(step));
  const double correction2 = 1 - std::pow(config.beta2, static_cast<double>(step));
  return {static_cast<float>(gradient_scale),
          static_cast<float>(decoupled ? 0 : decay),
          static_cast<float>(decoupled ? 1 - lr * decay : 1),
          static_cast<float>(config.beta1),
          static_cast<float>(config.beta2),
          static_cast<float>(lr / correction1),
          static_cast<float>(1 / std::sqrt(correction2)),
          static_cast<float>(config.eps),
          average_share};
}

/// `average` is null where there is none.
template <bool averages>
MARGAY_INLINE void update_values(float* __restrict parameter, const float* __restrict gradient,
                                 float* __restrict first, float* __restrict second, float* __restrict average,
                                 int64_t count, StepFactors f) {
  for (int64_t i = 0; i < count; ++i) {
    const float g = f.gradient_scale * gradient[i] + f.l2 * parameter[i];
    first[i] = f.beta1 * first[i] + (1 - f.beta1) * g;
    second[i] = f.beta2 * second[i] + (1 - f.beta2) * g * g;
    parameter[i] = f.keep * parameter[i] -
                   f.step_size * first[i] / (std::sqrt(second[i]) * f.inverse_root_correction2 + f.eps);
    if (averages) average[i] += f.average_share * (parameter[i] - average[i]);
  }
}

MARGAY_VECTOR_CLONES void update_range(float* parameter, const float* gradient, float* first, float* second,
                                       float* average, int64_t count, StepFactors f) {
  if (average)
    update_values<true>(parameter, gradient, first, second, average, count, f);
  else
    update_values<false>(parameter, gradient, first, second, nullptr, count, f);
}

void update_on_cpu(const at::Tensor& parameter, const at::Tensor& gradient, const at::Tensor& first,
                   const at::Tensor& second, const ParameterAverage& average, const StepFactors& factors) {
  float* p = parameter.data_ptr<float>();
  const float* g = gradient.data_ptr<float>();
  float* m = first.data_ptr<float>();
  float* v = second.data_ptr<float>();
  float* a = average.data();
  at::parallel_for(0, parameter.numel(), 1 << 16, [&](int64_t begin, int64_t end) {
    update_range(p + begin, g + begin, m + begin, v + begin, a ? a + begin : nullptr, end - begin, factors);
  });
}

void update_with_tensors(const at::Tensor& parameter, const at::Tensor& gradient, const at::Tensor& first,
                         const at::Tensor& second, const ParameterAverage& average, const StepFactors& f) {
  const at::Tensor g = gradient * f.gradient_scale + parameter * f.l2;
  first.mul_(f.beta1).add_(g, 1 - f.beta1);
  second.mul_(f.beta2).addcmul_(g, g, 1 - f.beta2);
  parameter.mul_(f.keep).addcdiv_(first, second.sqrt().mul_(f.inverse_root_correction2).add_(f.eps),
                                  -f.step_size);
  if (average.tensor.defined()) average.tensor.lerp_(parameter, average.share);
}

}  // namespace

Adam::Adam(std::vector<OptimizedParameter> parameters, const recipe::OptimizerConfig& config)
    : Optimizer(std::move(parameters), config),
      config_(config),
      first_(zeros_like_parameters()),
      second_(zeros_like_parameters()) {}

void Adam::update(size_t index, const at::Tensor& gradient, double gradient_scale,
                  const ParameterAverage& average) {
  const at::Tensor& tensor = parameter(index).tensor;
  const auto change = tensor.is_cpu() ? update_on_cpu : update_with_tensors;
  change(tensor, gradient, first_[index], second_[index], average,
         factors_of(config_, lr_of(index), weight_decay_of(index), gradient_scale, steps(), average.share));
}

}  // namespace margay::train
