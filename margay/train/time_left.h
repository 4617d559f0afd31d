// How long a training will still take, from what its parts took so far.
#pragma once

#include "margay/train/picture_sizes.h"
#include "margay/train/training_length.h"

namespace margay::train {

/// A running mean of durations that forgets: the last `memory` of them weigh two thirds. The first `warm_up`
/// of them, in which caches fill and kernels are chosen, count only until others have come.
class TypicalDuration {
 public:
  TypicalDuration(int warm_up, int memory) : warm_up_(warm_up), memory_(memory) {}
  void add(double seconds);
  /// 0 before the first.
  double seconds() const { return mean_s_; }
  /// Whether some have come after the first ones.
  bool is_settled() const { return count_ > warm_up_ + 2; }

 private:
  int warm_up_, memory_;
  double mean_s_ = 0;
  int count_ = 0;
};

/// Tells the time left of a training: in each epoch so many steps, then perhaps validation, then what is
/// written.
class TimeLeft {
 public:
  /// After every `validate_every` epochs and after the last there is a validation. A step takes as long as
  /// its pictures, of these sizes, have pixels.
  TimeLeft(int steps_per_epoch, const PictureSizes& sizes, int validate_every);

  /// From the end of the step before, or the start of the epoch, to the end of this one.
  void add_step(double seconds, const data::PictureSize& size) { pixel_.add(seconds / pixels(size)); }
  void add_validation(double seconds) { validation_.add(seconds); }
  /// From the end of validation to the start of the next epoch.
  void add_files(double seconds) { files_.add(seconds); }

  /// When `steps_done` of epoch `epoch` (from 1) are done. What follows the last epoch, the report, is not in
  /// it.
  double seconds(const TrainingLength& length, int epoch, int steps_done) const;
  /// The longest training, at most `most` epochs, that then ends within `seconds`. Nothing more is done where
  /// there is no time for that.
  double length_within(double seconds, TrainingLength length, int epoch, int steps_done, double most) const;
  /// Whether a step's duration is known well enough to plan by it.
  bool is_settled() const { return pixel_.is_settled(); }

 private:
  /// Epochs.
  double done(int epoch, int steps_done) const;
  int validations_from(const TrainingLength& length, int epoch) const;

  int steps_per_epoch_;
  PictureSizes sizes_;
  int validate_every_;
  TypicalDuration pixel_;  ///< of a step with pictures of one pixel
  TypicalDuration validation_, files_;
};

}  // namespace margay::train
