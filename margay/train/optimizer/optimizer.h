// What changes the weights: gradients in, new values out.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "margay/engine/torch.h"
#include "margay/recipe/config.h"

namespace margay::train {

/// A float32 leaf that requires a gradient; it is changed in place.
struct OptimizedParameter {
  at::Tensor tensor;
  bool has_weight_decay = true;
  double rate = 1;  ///< factor of the learning rate
};

/// Averages of the parameters: a step moves each by `share` of its distance to the parameter, in the same
/// pass over memory. None where there are no tensors.
struct Averages {
  std::span<const at::Tensor> tensors;
  double share = 0;
};

/// The average of one parameter; undefined where there is none.
struct ParameterAverage {
  at::Tensor tensor;
  float share = 0;

  float* data() const { return tensor.defined() ? tensor.data_ptr<float>() : nullptr; }
};

/// One step of an optimiser for some parameters. Used by one thread.
class Optimizer {
 public:
  explicit Optimizer(std::vector<OptimizedParameter> parameters, const recipe::OptimizerConfig& config);
  virtual ~Optimizer() = default;
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;

  /// Forgets the gradients.
  void zero_grad();
  /// Whether no gradient is infinite or NaN, or so large that its square is: a step must not be taken then.
  bool has_finite_gradients() const;
  /// Takes the gradients times `gradient_scale`, clips them where the configuration says so, and uses them
  /// once. A parameter without gradient stays. `averages` follow.
  void step(const Averages& averages = {}, double gradient_scale = 1);

  void set_lr(double lr) { lr_ = lr; }
  double lr() const { return lr_; }

  /// What is remembered between steps, for checkpoints: for each name a tensor per parameter, shaped like it.
  struct Slot {
    std::string_view name;
    std::vector<at::Tensor>* tensors;
  };
  virtual std::vector<Slot> slots() = 0;
  int64_t steps() const { return steps_; }
  void set_steps(int64_t steps) { steps_ = steps; }

 protected:
  /// Uses `gradient * gradient_scale`, which has the parameter's memory layout, for parameter `index`.
  virtual void update(size_t index, const at::Tensor& gradient, double gradient_scale,
                      const ParameterAverage& average) = 0;

  const OptimizedParameter& parameter(size_t index) const { return parameters_[index]; }
  double lr_of(size_t index) const { return lr_ * parameters_[index].rate; }
  double weight_decay_of(size_t index) const {
    return parameters_[index].has_weight_decay ? weight_decay_ : 0;
  }
  std::vector<at::Tensor> zeros_like_parameters() const;

 private:
  double clip_scale(double gradient_scale) const;

  std::vector<OptimizedParameter> parameters_;
  double lr_, weight_decay_, clip_norm_;
  int64_t steps_ = 0;
};

/// The optimiser that the configuration names.
std::unique_ptr<Optimizer> make_optimizer(std::vector<OptimizedParameter> parameters,
                                          const recipe::OptimizerConfig& config);

}  // namespace margay::train
