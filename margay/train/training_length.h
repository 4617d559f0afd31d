// How long a training is, and how far.
#pragma once

namespace margay::train {

/// Progress from 0 before the first step to 1 after the last, epochs being equal. The length of a training
/// may change on the way: what is left of it then shares what is left of the progress.
class TrainingLength {
 public:
  explicit TrainingLength(double epochs) : length_(epochs) {}

  /// Epochs of the whole training; the last one may be a part.
  double in_epochs() const { return length_; }
  /// Those that are begun.
  int epochs() const;
  /// Of `batches` in an epoch, those of epoch `epoch` (from 1): all but in the last one, at least 1.
  int batches_of(int epoch, int batches) const;
  /// When `share` of epoch `epoch` (from 1) is done.
  double progress(int epoch, double share) const;
  /// The first epoch that begins with at least this progress.
  int first_epoch(double progress) const;

  /// Now that `done` epochs are, the training has this length, at least `done`, and no more than lets what is
  /// left of the progress take four times as long as what was made.
  void change(double done, double length);

  /// What brings it back: done and progress at the last change, and the length.
  struct State {
    double done = 0, progress = 0, epochs = 0;
  };
  State state() const { return {done_, start_, length_}; }
  void set_state(const State& state) { done_ = state.done, start_ = state.progress, length_ = state.epochs; }

 private:
  double length_;
  double done_ = 0;   ///< epochs at the last change, which ...
  double start_ = 0;  ///< ... had this progress
};

}  // namespace margay::train
