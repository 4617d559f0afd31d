// The CPU reads and writes each parameter once a step; other devices use tensor operations.
#include "margay/train/adam.h"

#include <ATen/Parallel.h>

#include <cmath>
#include <utility>

namespace margay::train {
namespace {

/// What a step multiplies with, bias corrections included.
struct StepFactors {
  float beta1, beta2, step_size, inverse_root_correction2, eps;
};

StepFactors factors_of(const AdamOptions& options, int64_t step) {
  const double correction1 = 1 - std::pow(options.beta1, static_cast<double>(step));
  const double correction2 = 1 - std::pow(options.beta2, static_cast<double>(step));
  return {static_cast<float>(options.beta1), static_cast<float>(options.beta2),
          static_cast<float>(options.lr / correction1), static_cast<float>(1 / std::sqrt(correction2)),
          static_cast<float>(options.eps)};
}

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
__attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#endif
void update_range(float* __restrict parameter, const float* __restrict gradient, float* __restrict first,
                  float* __restrict second, int64_t count, StepFactors f) {
  for (int64_t i = 0; i < count; ++i) {
    const float g = gradient[i];
    first[i] = f.beta1 * first[i] + (1 - f.beta1) * g;
    second[i] = f.beta2 * second[i] + (1 - f.beta2) * g * g;
    parameter[i] -= f.step_size * first[i] / (std::sqrt(second[i]) * f.inverse_root_correction2 + f.eps);
  }
}

void update_on_cpu(at::Tensor& parameter, const at::Tensor& gradient, at::Tensor& first, at::Tensor& second,
                   const StepFactors& factors) {
  // The moments were made like the parameter, so that equal offsets mean equal elements once the gradient
  // follows.
  const at::Tensor aligned =
      gradient.strides() == parameter.strides() ? gradient : at::empty_like(parameter).copy_(gradient);
  float* p = parameter.data_ptr<float>();
  const float* g = aligned.data_ptr<float>();
  float* m = first.data_ptr<float>();
  float* v = second.data_ptr<float>();
  at::parallel_for(0, parameter.numel(), 1 << 16, [&](int64_t begin, int64_t end) {
    update_range(p + begin, g + begin, m + begin, v + begin, end - begin, factors);
  });
}

void update_with_tensors(at::Tensor& parameter, const at::Tensor& gradient, at::Tensor& first,
                         at::Tensor& second, const StepFactors& f) {
  first.mul_(f.beta1).add_(gradient, 1 - f.beta1);
  second.mul_(f.beta2).addcmul_(gradient, gradient, 1 - f.beta2);
  parameter.addcdiv_(first, second.sqrt().mul_(f.inverse_root_correction2).add_(f.eps), -f.step_size);
}

}  // namespace

Adam::Adam(std::vector<at::Tensor> parameters, AdamOptions options)
    : parameters_(std::move(parameters)), options_(options) {
  for (const at::Tensor& parameter : parameters_) {
    first_.push_back(at::zeros_like(parameter.detach()));
    second_.push_back(at::zeros_like(parameter.detach()));
  }
}

void Adam::zero_grad() {
  for (at::Tensor& parameter : parameters_) parameter.mutable_grad().reset();
}

void Adam::step() {
  const torch::NoGradGuard no_gradient;
  const StepFactors factors = factors_of(options_, ++steps_);
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const at::Tensor& gradient = parameters_[i].grad();
    if (!gradient.defined()) continue;
    const auto update = parameters_[i].is_cpu() ? update_on_cpu : update_with_tensors;
    update(parameters_[i], gradient, first_[i], second_[i], factors);
  }
}

}  // namespace margay::train
