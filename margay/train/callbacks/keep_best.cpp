// Keeps the weights that validation liked best.
#include "margay/train/callbacks/callbacks.h"

namespace margay::train {
namespace {

/// Those of the epoch that run::best_epoch names.
class KeepBest : public Callback {
 public:
  void after_epoch(Training& training) override {
    const run::EpochRecord& last = training.history.back();
    if (run::best_epoch(training.history) == &last) best_ = {last.epoch, training.network.weights()};
  }
  void save(const Training&, Checkpoint& checkpoint) const override { checkpoint.best = best_; }
  void restore(Training&, const FoundCheckpoint& found) override { best_ = found.checkpoint.best; }
  std::optional<graph::Weights> kept_weights() const override {
    if (best_.weights.empty()) return {};
    return best_.weights;
  }
  std::optional<int> kept_epoch() const override {
    if (best_.weights.empty()) return {};
    return best_.epoch;
  }

 private:
  KeptWeights best_;
};

}  // namespace

std::unique_ptr<Callback> make_keep_best() {
  return std::make_unique<KeepBest>();
}

}  // namespace margay::train
