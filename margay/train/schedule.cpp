// Learning rates as ratios of the configured rate.
#include "margay/train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace margay::train {
namespace {

constexpr double kWarmupStart = 0.01;
// OneCycleLR's defaults: pct_start, 1 / div_factor and 1 / (div_factor * final_div_factor).
constexpr double kCycleRise = 0.3, kCycleStart = 1.0 / 25, kCycleEnd = 1.0 / 250'000;
constexpr double kPlateauThreshold = 1e-4;  // a loss counts as lower when it is by this share

/// From `start` to `end` along half a cosine, `position` in [0, 1].
double anneal(double start, double end, double position) {
  return end + (start - end) * (1 + std::cos(std::numbers::pi * position)) / 2;
}

}  // namespace

Schedule::Schedule(const recipe::ScheduleConfig& config, double lr, int64_t steps_per_epoch, int epochs)
    : config_(config), lr_(lr), steps_per_epoch_(steps_per_epoch), steps_(steps_per_epoch * epochs) {
  const bool warms_itself = config.name == recipe::ScheduleName::one_cycle;
  const double warmup = warms_itself ? 0 : config.warmup_epochs * static_cast<double>(steps_per_epoch);
  warmup_steps_ = std::min<int64_t>(std::llround(warmup), steps_);
}

double Schedule::lr(double step) const {
  if (step >= static_cast<double>(warmup_steps_)) return lr_ * ratio_after_warmup(step);
  const double grown = step / static_cast<double>(warmup_steps_);
  return lr_ * ratio_ * (kWarmupStart + (1 - kWarmupStart) * grown);
}

double Schedule::ratio_after_warmup(double step_index) const {
  using enum recipe::ScheduleName;
  const double after = step_index - static_cast<double>(warmup_steps_);
  switch (config_.name) {
    case constant:
      return 1;
    case plateau:
      return ratio_;
    case one_cycle:
      return one_cycle_ratio(step_index);
    case cosine:
      return anneal(1, config_.final_ratio, after / static_cast<double>(steps_ - warmup_steps_));
    case step:
      break;
  }
  // Counted from the start of training, as StepLR does, so that a warm-up moves no change. 1e-9 keeps the
  // boundary where the product of fractional epochs rounds.
  const double epochs = step_index / static_cast<double>(steps_per_epoch_);
  return std::pow(config_.factor, std::floor(epochs / config_.step_epochs + 1e-9));
}

double Schedule::one_cycle_ratio(double now) const {
  const auto last = static_cast<double>(steps_ - 1);
  const double peak = kCycleRise * static_cast<double>(steps_) - 1;
  if (now <= peak) return peak <= 0 ? 1 : anneal(kCycleStart, 1, now / peak);
  return last <= peak ? kCycleEnd : anneal(1, kCycleEnd, std::min(1.0, (now - peak) / (last - peak)));
}

void Schedule::finish_epoch(double loss) {
  if (loss < lowest_loss_ * (1 - kPlateauThreshold)) {
    lowest_loss_ = loss;
    epochs_without_lower_ = 0;
  } else if (++epochs_without_lower_ > config_.patience_epochs) {
    ratio_ *= config_.factor;
    epochs_without_lower_ = 0;
  }
}

}  // namespace margay::train
