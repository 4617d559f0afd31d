// Adds up what is left of a training.
#include "margay/train/time_left.h"

#include <algorithm>
#include <cmath>

namespace margay::train {

void TypicalDuration::add(double seconds) {
  ++count_;
  // Past the warm-up the mean begins anew.
  const int counted = count_ > warm_up_ ? count_ - warm_up_ : count_;
  mean_s_ += (seconds - mean_s_) / std::min<double>(counted, memory_);
}

TimeLeft::TimeLeft(int steps_per_epoch, const PictureSizes& sizes, int validate_every)
    : steps_per_epoch_(steps_per_epoch),
      sizes_(sizes),
      validate_every_(validate_every),
      pixel_(std::clamp(steps_per_epoch / 10, 1, 5), std::max(20, 2 * steps_per_epoch)),
      validation_(1, 5),
      files_(1, 5) {}

double TimeLeft::seconds(const TrainingLength& length, int epoch, int steps_done) const {
  if (epoch > length.epochs()) return 0;
  return sizes_.pixels_left(length, done(epoch, steps_done)) * steps_per_epoch_ * pixel_.seconds() +
         validations_from(length, epoch) * validation_.seconds() +
         (length.epochs() - epoch + 1) * files_.seconds();
}

double TimeLeft::done(int epoch, int steps_done) const {
  return epoch - 1 + static_cast<double>(steps_done) / steps_per_epoch_;
}

double TimeLeft::length_within(double seconds_given, TrainingLength length, int epoch, int steps_done,
                               double most) const {
  const TrainingLength now = length;
  const double now_done = done(epoch, steps_done);
  const auto fits = [&](double epochs) {
    length = now;
    length.change(now_done, epochs);
    return seconds(length, epoch, steps_done) <= seconds_given;
  };
  double fitting = now_done, beyond = most;
  if (fits(most)) return most;
  while (beyond - fitting > 0.5 / steps_per_epoch_) {
    const double middle = (fitting + beyond) / 2;
    (fits(middle) ? fitting : beyond) = middle;
  }
  // Whole steps.
  return std::max(now_done, std::floor(fitting * steps_per_epoch_) / steps_per_epoch_);
}

/// The last epoch has one in any case.
int TimeLeft::validations_from(const TrainingLength& length, int epoch) const {
  return (length.epochs() - 1) / validate_every_ - (epoch - 1) / validate_every_ + 1;
}

}  // namespace margay::train
