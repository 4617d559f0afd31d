// Progress is linear between two changes of the length.
#include "margay/train/training_length.h"

#include <algorithm>
#include <cmath>

namespace margay::train {
namespace {

constexpr double kRounding = 1e-9;  // of sums of shares
// So many times as long as the same progress took before: what a slow moment has used up of the schedule, no
// time that is found later brings back, and steps at its end hardly move the weights.
constexpr double kStretch = 4;

}  // namespace

int TrainingLength::epochs() const {
  return static_cast<int>(std::ceil(length_ - kRounding));
}

int TrainingLength::batches_of(int epoch, int batches) const {
  if (epoch != epochs()) return batches;
  const double share = std::min(1.0, length_ - (epoch - 1));
  return std::max(1, static_cast<int>(std::ceil(share * batches - kRounding * batches)));
}

double TrainingLength::progress(int epoch, double share) const {
  const double left = length_ - done_;
  if (left <= 0) return 1;
  return std::clamp(start_ + (epoch - 1 + share - done_) * (1 - start_) / left, 0.0, 1.0);
}

int TrainingLength::first_epoch(double progress) const {
  const double done =
      progress <= start_ || start_ >= 1 ? 0 : done_ + (progress - start_) * (length_ - done_) / (1 - start_);
  return 1 + static_cast<int>(std::ceil(done - kRounding));
}

void TrainingLength::change(double done, double length) {
  const int epoch = static_cast<int>(done);
  start_ = progress(epoch + 1, done - epoch);
  done_ = done;
  const double longest = start_ > 0 ? kStretch * done * (1 - start_) / start_ : length;
  length_ = std::clamp(length, done, done + longest);
}

}  // namespace margay::train
