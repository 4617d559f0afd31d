// Adds up what is left of a training.
#include "margay/train/time_left.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace margay::train {

void TypicalDuration::add(double seconds) {
  ++count_;
  // Past the warm-up the mean begins anew.
  const int counted = count_ > warm_up_ ? count_ - warm_up_ : count_;
  mean_s_ += (seconds - mean_s_) / std::min<double>(counted, memory_);
}

TimeLeft::TimeLeft(int epochs, int steps_per_epoch, std::vector<double> step_costs, int validate_every)
    : epochs_(epochs),
      steps_per_epoch_(steps_per_epoch),
      costs_(std::move(step_costs)),
      validate_every_(validate_every),
      step_(std::clamp(steps_per_epoch / 10, 1, 5), std::max(20, 2 * steps_per_epoch)),
      validation_(1, 5),
      files_(1, 5) {}

double TimeLeft::seconds(int epoch, int steps_done) const {
  if (epoch > epochs_) return 0;
  return (costs_from(epoch) * steps_per_epoch_ - cost(epoch) * steps_done) * step_.seconds() +
         validations_from(epoch) * validation_.seconds() + (epochs_ - epoch + 1) * files_.seconds();
}

double TimeLeft::costs_from(int epoch) const {
  if (costs_.empty()) return epochs_ - epoch + 1;
  return std::accumulate(costs_.begin() + (epoch - 1), costs_.end(), 0.0);
}

/// The last epoch has one in any case.
int TimeLeft::validations_from(int epoch) const {
  return (epochs_ - 1) / validate_every_ - (epoch - 1) / validate_every_ + 1;
}

}  // namespace margay::train
