// The update-to-weight ratio: how far one step moved the weights, the plainest sign of a learning rate that
// is too high or too low.
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "margay/train/callbacks/callbacks.h"
#include "margay/train/validation_score.h"

namespace margay::train {
namespace {

/// Remembers the weights before a step. Biases and normalisations are left out: many begin at zero.
class UpdateRatio {
 public:
  explicit UpdateRatio(const std::vector<OptimizedParameter>& parameters);

  /// Root mean square of the change since then over that of the weights then; 0 where all were zero.
  double value() const;

 private:
  std::vector<at::Tensor> now_, before_;
};

/// Measures it in the last step of each epoch: that takes a pass over the weights, and once is enough to see
/// its size. Nothing is measured where a budget cuts the epoch short.
class UpdateRatios : public Callback {
 public:
  void before_update(Training& training) override {
    measured_.reset();
    if (training.is_epoch_done()) measured_.emplace(training.optimized_parameters());
  }
  void after_update(Training&) override {
    if (measured_) last_ = measured_->value();
    measured_.reset();
  }
  void complete(run::EpochRecord& record) override {
    record.others.emplace_back(run::kUpdateRatio, std::exchange(last_, kNotMeasured));
  }

 private:
  std::optional<UpdateRatio> measured_;
  double last_ = kNotMeasured;
};

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

}  // namespace

std::unique_ptr<Callback> make_update_ratio() {
  return std::make_unique<UpdateRatios>();
}

}  // namespace margay::train
