// How long a training will still take, from what its parts took so far.
#pragma once

#include <vector>

namespace margay::train {

/// A running mean of durations that forgets: the last `memory` of them weigh two thirds. The first `warm_up`
/// of them, in which caches fill and kernels are chosen, count only until others have come.
class TypicalDuration {
 public:
  TypicalDuration(int warm_up, int memory) : warm_up_(warm_up), memory_(memory) {}
  void add(double seconds);
  /// 0 before the first.
  double seconds() const { return mean_s_; }

 private:
  int warm_up_, memory_;
  double mean_s_ = 0;
  int count_ = 0;
};

/// Tells the time left of a training: in each epoch so many steps, then perhaps validation, then what is
/// written.
class TimeLeft {
 public:
  /// `step_costs` are relative, of a step in each epoch, as the sizes of pictures make them; empty: equal.
  /// After every `validate_every` epochs and after the last there is a validation.
  TimeLeft(int epochs, int steps_per_epoch, std::vector<double> step_costs = {}, int validate_every = 1);

  /// From the end of the step before, or the start of the epoch, to the end of this one, in epoch `epoch`.
  void add_step(double seconds, int epoch = 1) { step_.add(seconds / cost(epoch)); }
  void add_validation(double seconds) { validation_.add(seconds); }
  /// From the end of validation to the start of the next epoch.
  void add_files(double seconds) { files_.add(seconds); }

  /// When `steps_done` of epoch `epoch` (from 1) are done. What follows the last epoch, the report, is not in
  /// it.
  double seconds(int epoch, int steps_done) const;

 private:
  double cost(int epoch) const { return costs_.empty() ? 1 : costs_[epoch - 1]; }
  double costs_from(int epoch) const;
  int validations_from(int epoch) const;

  int epochs_, steps_per_epoch_;
  std::vector<double> costs_;
  int validate_every_;
  TypicalDuration step_, validation_, files_;
};

}  // namespace margay::train
