// Ends a training that no longer gets better.
#pragma once

#include <limits>

#include "margay/train/callback.h"

namespace margay::train {

/// Keras' EarlyStopping on the validation loss: over after `patience` epochs in a row whose loss is not below
/// the lowest before by more than `min_delta`. A loss that is not finite is not lower.
class EarlyStopping : public Callback {
 public:
  EarlyStopping(int patience, double min_delta) : patience_(patience), min_delta_(min_delta) {}

  /// Tells an epoch's loss. All that is remembered comes from here, so that telling a history again brings it
  /// back.
  void finish_epoch(double loss);
  bool is_over() const { return patience_ > 0 && epochs_without_lower_ >= patience_; }

  void after_epoch(Training& training) override { learn(training, training.history.back()); }
  void restore(Training& training, const FoundCheckpoint& found) override;
  std::optional<Ending> ending(const Training& training) const override;

 private:
  void learn(Training& training, const run::EpochRecord& record);

  int patience_;
  double min_delta_;
  double lowest_loss_ = std::numeric_limits<double>::infinity();
  int epochs_without_lower_ = 0;
};

}  // namespace margay::train
