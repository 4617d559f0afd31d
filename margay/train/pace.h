// How far a training is.
#pragma once

#include <algorithm>

namespace margay::train {

/// Progress from 0 before the first step to 1 after the last, epochs being equal. The number of epochs may
/// change on the way: those that are left then share what is left.
class Pace {
 public:
  explicit Pace(int epochs) : epochs_(epochs) {}

  int epochs() const { return epochs_; }
  /// When `share` of epoch `epoch` (from 1) is done.
  double progress(int epoch, double share) const {
    return std::min(1.0, start_ + (epoch - first_ + share) * (1 - start_) / (epochs_ - first_ + 1));
  }
  /// From the start of `epoch` on there are so many, at least `epoch`.
  void change_epochs(int epoch, int epochs) {
    start_ = progress(epoch, 0);
    first_ = epoch;
    epochs_ = epochs;
  }

 private:
  int epochs_;
  int first_ = 1;     ///< the epoch that ...
  double start_ = 0;  ///< ... began with this progress
};

}  // namespace margay::train
