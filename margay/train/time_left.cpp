// Adds up what is left of a training.
#include "margay/train/time_left.h"

#include <algorithm>

namespace margay::train {

void TypicalDuration::add(double seconds) {
  ++count_;
  // Past the warm-up the mean begins anew.
  const int counted = count_ > warm_up_ ? count_ - warm_up_ : count_;
  mean_s_ += (seconds - mean_s_) / std::min<double>(counted, memory_);
}

TimeLeft::TimeLeft(int epochs, int steps_per_epoch)
    : epochs_(epochs),
      steps_per_epoch_(steps_per_epoch),
      step_(std::clamp(steps_per_epoch / 10, 1, 5), std::max(20, 2 * steps_per_epoch)),
      validation_(1, 5),
      files_(1, 5) {}

double TimeLeft::seconds(int epoch, int steps_done) const {
  if (epoch > epochs_) return 0;
  const double epochs = epochs_ - epoch + 1;
  return (epochs * steps_per_epoch_ - steps_done) * step_.seconds() +
         epochs * (validation_.seconds() + files_.seconds());
}

}  // namespace margay::train
