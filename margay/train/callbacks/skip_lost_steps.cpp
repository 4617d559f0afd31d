// Leaves out the steps whose loss or gradient is not finite.
#include <vector>

#include "margay/train/callbacks/callbacks.h"
#include "margay/train/not_finite.h"

namespace margay::train {
namespace {

constexpr int kMostInARow = 10;

/// The weights stay as they were before such a step, up to a number of them in a row.
class SkipLostSteps : public Callback {
 public:
  /// The forward pass of a step that is left out must leave no trace in the statistics of normalisation.
  void before_step(Training& training) override {
    buffers_.clear();
    for (const engine::NamedTensor& tensor : training.network.tensors())
      if (!tensor.trained) buffers_.push_back(tensor.tensor.clone());
  }
  void after_update(Training&) override { in_a_row_ = 0; }
  /// Throws NotFiniteError where too many came before.
  bool on_refusal(Training& training) override {
    const std::string& found = training.step.refusal;
    if (++in_a_row_ >= kMostInARow)
      throw not_finite(training.config, fmt::format("{}, as in the {} steps before", found, kMostInARow - 1));
    const at::NoGradGuard no_gradient;
    auto before = buffers_.begin();
    for (const engine::NamedTensor& tensor : training.network.tensors())
      if (!tensor.trained) at::Tensor(tensor.tensor).copy_(*before++);
    training.tell([&](TrainingObserver& observer) { observer.on_warning(found + ": the step is left out"); });
    return true;
  }

 private:
  std::vector<at::Tensor> buffers_;  ///< before the step
  int in_a_row_ = 0;
};

}  // namespace

std::unique_ptr<Callback> make_skip_lost_steps() {
  return std::make_unique<SkipLostSteps>();
}

}  // namespace margay::train
