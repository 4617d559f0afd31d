// The CPU reads and writes each parameter once a step; other devices use tensor operations.
#include "margay/train/optimizer/rmsprop.h"

#include <ATen/Parallel.h>

#include <cmath>
#include <utility>

#include "margay/core/vector_clones.h"

namespace margay::train {
namespace {

struct StepFactors {
  float gradient_scale, l2, rho, momentum, lr, eps, average_share;
};

/// `buffer` and `average` are null where there is none.
struct Values {
  float* parameter;
  const float* gradient;
  float* square;
  float* buffer;
  float* average;
};

template <bool has_momentum, bool averages>
MARGAY_INLINE void update_values(float* __restrict parameter, const float* __restrict gradient,
                                 float* __restrict square, float* __restrict buffer,
                                 float* __restrict average, int64_t count, StepFactors f) {
  for (int64_t i = 0; i < count; ++i) {
    const float g = f.gradient_scale * gradient[i] + f.l2 * parameter[i];
    square[i] = f.rho * square[i] + (1 - f.rho) * g * g;
    float change = g / (std::sqrt(square[i]) + f.eps);
    if (has_momentum) change = buffer[i] = f.momentum * buffer[i] + change;
    parameter[i] -= f.lr * change;
    if (averages) average[i] += f.average_share * (parameter[i] - average[i]);
  }
}

MARGAY_VECTOR_CLONES void update_range(const Values& v, int64_t begin, int64_t count, StepFactors f) {
  float* p = v.parameter + begin;
  const float* g = v.gradient + begin;
  float* s = v.square + begin;
  if (v.buffer && v.average)
    update_values<true, true>(p, g, s, v.buffer + begin, v.average + begin, count, f);
  else if (v.buffer)
    update_values<true, false>(p, g, s, v.buffer + begin, nullptr, count, f);
  else if (v.average)
    update_values<false, true>(p, g, s, nullptr, v.average + begin, count, f);
  else
    update_values<false, false>(p, g, s, nullptr, nullptr, count, f);
}

}  // namespace

Rmsprop::Rmsprop(std::vector<OptimizedParameter> parameters, const recipe::OptimizerConfig& config)
    : Optimizer(std::move(parameters), config), config_(config), square_(zeros_like_parameters()) {
  if (config.momentum > 0) momentum_ = zeros_like_parameters();
}

std::vector<Optimizer::Slot> Rmsprop::slots() {
  std::vector<Slot> slots{{"square", &square_}};
  if (!momentum_.empty()) slots.push_back({"momentum", &momentum_});
  return slots;
}

void Rmsprop::update(size_t index, const at::Tensor& gradient, double gradient_scale,
                     const ParameterAverage& average) {
  const at::Tensor& tensor = parameter(index).tensor;
  const StepFactors f{static_cast<float>(gradient_scale),
                      static_cast<float>(weight_decay_of(index)),
                      static_cast<float>(config_.rho),
                      static_cast<float>(config_.momentum),
                      static_cast<float>(lr_of(index)),
                      static_cast<float>(config_.eps),
                      average.share};
  if (tensor.is_cpu()) {
    const Values values{tensor.data_ptr<float>(), gradient.data_ptr<float>(),
                        square_[index].data_ptr<float>(),
                        momentum_.empty() ? nullptr : momentum_[index].data_ptr<float>(), average.data()};
    at::parallel_for(0, tensor.numel(), 1 << 16,
                     [&](int64_t begin, int64_t end) { update_range(values, begin, end - begin, f); });
    return;
  }
  const at::Tensor g = gradient * f.gradient_scale + tensor * f.l2;
  square_[index].mul_(f.rho).addcmul_(g, g, 1 - f.rho);
  at::Tensor change = g / square_[index].sqrt().add_(f.eps);
  if (!momentum_.empty()) change = momentum_[index].mul_(f.momentum).add_(change);
  tensor.sub_(change, f.lr);
  if (average.tensor.defined()) average.tensor.lerp_(tensor, average.share);
}

}  // namespace margay::train
