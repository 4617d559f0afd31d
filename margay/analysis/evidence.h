// A history as smoothed series, with the questions that the rules of the diagnosis ask.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "margay/analysis/diagnosis.h"
#include "margay/analysis/trend.h"
#include "margay/run/history.h"

namespace margay::analysis {

/// Answers from one history. `context` must outlive it. Where some epochs were validated and others not, only
/// the former count. Unless it says otherwise, a function needs at least one epoch.
class Evidence {
 public:
  Evidence(const run::History& history, const DiagnosisContext& context);

  const DiagnosisContext& context() const { return context_; }
  int epochs() const { return static_cast<int>(history_.size()); }  ///< that count; 0 is allowed
  int trained_epochs() const { return trained_epochs_; }            ///< all of them; 0 is allowed
  const run::EpochRecord& last() const { return history_.back(); }
  int epoch(size_t index) const { return history_[index].epoch; }
  bool validated() const { return validated_; }  ///< 0 epochs are allowed
  const std::vector<double>& losses() const { return loss_; }
  const std::vector<double>& val_losses() const { return val_loss_; }

  /// Whether there were so few steps that no network gets anywhere with them.
  bool few_steps() const;
  /// Of the optimiser, over all epochs.
  int64_t steps() const { return context_.steps_per_epoch * trained_epochs_; }

  /// Index of the first epoch with a number that is not one, leaving out the validation of a run without
  /// validation.
  std::optional<size_t> first_not_finite() const;

  /// Medians over the last epochs: accuracies in [0, 1], and the losses.
  double training_level() const { return level(accuracy_); }
  double validation_level() const { return level(val_accuracy_); }
  double loss_level() const { return level(loss_); }
  double validation_loss_level() const { return level(val_loss_); }
  double gap() const { return training_level() - validation_level(); }
  /// The levels, their distance, and their trends, as facts of a finding.
  Levels levels() const;
  Gap gap_facts() const;
  LossTrend trend_facts() const;

  /// Standard error of the validation accuracy (binomial); that of 600 pictures where their number is not
  /// known.
  double validation_error() const;

  /// The same of the gap: training accuracy is of pictures that are a sample, too.
  double gap_error() const;

  /// The worst batch of an epoch, or the epoch's mean where that was not written down.
  double highest_loss(size_t index) const;
  /// The highest learning rate of an epoch; 0 where none was written down.
  double highest_rate() const;
  /// The highest update-to-weight ratio, of the last step of an epoch; NaN where it was not written down.
  double highest_update_ratio() const;
  /// The same of the last epoch.
  double last_update_ratio() const;
  /// Epochs, from the second on, in which training lost a good part of what it had learned.
  std::vector<size_t> jumps() const;

  /// Accuracy of guessing (one in `classes`, or always the most frequent class) and its cross-entropy.
  double chance() const;
  double chance_loss() const;
  /// Accuracy of guessing on the validation pictures, whose classes may be of other sizes.
  double validation_chance() const;
  /// Standard error of the validation accuracy of a network that guesses.
  double chance_error() const;
  /// Whether a validation accuracy is what guessing may come to. A network that finds a rare class, at the
  /// cost of some pictures of a frequent one, does not guess: the last balanced accuracy shows it.
  bool may_be_guessed(double val_accuracy) const;
  /// Whether the validation pictures are enough to show that it hardly does better than guessing: the
  /// interval of the accuracy ends below one that would be worth having.
  bool is_surely_guessed(double val_accuracy) const;
  /// The same of the training accuracy and the training pictures, whose number has to be known.
  bool training_is_surely_guessed() const;
  /// The loss of guessing on the validation pictures, at the least: whatever is below it knows something.
  double validation_chance_loss() const;
  /// Whether validation shows that something was learned, in its accuracy or its loss.
  /// Training alone may hide it: its pictures are mixed and its labels smoothed.
  bool validation_tells_something() const;
  /// What guessing may add to a training accuracy by luck: three standard errors, at least three points.
  double chance_noise() const;
  /// Training and validation are nearer to guessing than to 100 %: the one shows what was learned by heart,
  /// the other is without dropout and augmentation.
  bool at_low_level() const;

  /// Of the losses over the last third of the epochs, but 6 to 20, and none from before pictures were shown
  /// as in the last one.
  Trend training_trend() const { return trend_of_last(loss_, trend_length()); }
  Trend validation_trend() const { return trend_of_last(val_loss_, trend_length()); }
  /// Whether there are epochs enough to see one, three.
  bool has_trend() const { return trend_length() >= 3; }
  /// Over how many epochs the trends are drawn; those without validation count here.
  int epochs_of_trend() const;

  /// The best validation accuracy, looking past single outliers.
  double best_validation() const;
  /// Index of the epoch in which validation loss was lowest, looking past single outliers.
  size_t lowest_val_loss() const;
  /// Validation loss turned at least two epochs ago and has risen, while training loss went on falling.
  bool val_loss_rises() const;
  /// The epoch after the last one in which the gap was within noise; the first epoch if it never was.
  int gap_since() const;

 private:
  double error_at(double accuracy) const;
  double guessing_loss(double share) const;
  double level(const std::vector<double>& values) const;
  int level_epochs() const;
  int trend_length() const;

  run::History history_;
  const DiagnosisContext& context_;
  bool validated_ = false;
  int trained_epochs_ = 0;
  std::vector<double> loss_, accuracy_, val_loss_, val_accuracy_;
  std::vector<double> smooth_loss_, smooth_accuracy_, smooth_val_loss_, smooth_val_accuracy_;
};

}  // namespace margay::analysis
