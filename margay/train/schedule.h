// The learning rate of every step.
#pragma once

#include <cstdint>
#include <limits>

#include "margay/recipe/config.h"

namespace margay::train {

/// Schedules with the formulas of torch.optim.lr_scheduler. T is the number of steps of the training, t the
/// step from 0.
///   constant   lr
///   step       lr * factor^floor(t / steps per change)                          (StepLR)
///   cosine     lr_end + (lr - lr_end) (1 + cos(pi t / T)) / 2, after the warm-up   (CosineAnnealingLR)
///   one_cycle  lr/25 up to lr over 0.3 T, then down to lr/250,000, along cosines   (OneCycleLR)
///   plateau    lr * factor for every `patience_epochs` without a lower loss         (ReduceLROnPlateau)
/// A warm-up starts at a hundredth of what the schedule says and grows linearly (LinearLR).
class Schedule {
 public:
  Schedule(const recipe::ScheduleConfig& config, double lr, int64_t steps_per_epoch, int epochs);

  /// The rate of step `step`, counted from 0 over all epochs.
  double lr(double step) const;
  /// T.
  int64_t steps() const { return steps_; }

  /// Tells an epoch's loss: the validation's, or the training's where nothing validates. All that a schedule
  /// remembers comes from here, so that telling a history again brings it back.
  void finish_epoch(double loss);

 private:
  double ratio_after_warmup(double step_index) const;
  double one_cycle_ratio(double now) const;

  recipe::ScheduleConfig config_;
  double lr_;
  int64_t steps_per_epoch_, warmup_steps_, steps_;
  // plateau
  double lowest_loss_ = std::numeric_limits<double>::infinity();
  int epochs_without_lower_ = 0;
  double ratio_ = 1;
};

}  // namespace margay::train
