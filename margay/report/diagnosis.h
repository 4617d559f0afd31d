// What the history of a training says about the network: the condition, the numbers that show it, and what to
// try.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "margay/core/json.h"
#include "margay/run/history.h"

namespace margay::report {

enum class Condition {
  not_finite,       ///< a loss became NaN or infinite
  too_short,        ///< fewer than three epochs to compare
  rate_too_high,    ///< the first steps destroyed more than the others could mend
  rate_too_low,     ///< the steps hardly move the weights
  stuck_at_chance,  ///< no better than guessing
  unstable,         ///< learns, and loses again and again what it has learned
  shuffled_labels,  ///< learns labels by heart that tell nothing about other pictures
  overfitting,      ///< learns the training pictures by heart
  underfitting,     ///< has stopped learning at a low level on both splits
  still_improving,  ///< more epochs would help
  no_validation,    ///< nothing to compare the training accuracy with
  healthy,          ///< none of these
};

/// "overfitting", "stuck at chance", ...
std::string_view name_of(Condition condition);

/// What the history does not say. Counts are 0 where they are not known.
struct DiagnosisContext {
  int classes = 2;
  int64_t train_count = 0;       ///< training pictures
  int64_t validation_count = 0;  ///< validation pictures: how noisy the validation accuracy is
  double majority_share = 0;     ///< share of the most frequent class in training; 0 = classes of equal size
  double validation_majority_share = 0;  ///< the same of the validation pictures; 0 = as in training
  bool regularized =
      false;  ///< the recipe augments or drops out, so training accuracy is measured under handicap
  /// Nothing is left to gain by training longer: a head that was fitted to the features of a frozen network.
  bool converged = false;
  /// The epoch since which training pictures are shown in the same way: losses before are not comparable.
  int alike_since = 1;
  std::string recipe = "article";
  std::string run_path = "RUN";    ///< for the commands
  std::string data_path = "DATA";  ///< for the commands
};

/// One condition with its evidence and what to do about it.
struct Finding {
  Condition condition = Condition::healthy;
  std::string evidence;  ///< one sentence with this run's numbers, without a full stop
  std::string advice;    ///< one or two sentences
  std::string command;   ///< one command line that follows the advice
};

/// All findings of a run.
struct Diagnosis {
  std::vector<Finding> findings;  ///< the primary one first; never empty when made by `diagnose`

  const Finding& primary() const { return findings.front(); }
  bool has(Condition condition) const;
};

/// A list of objects with condition, evidence, advice and command.
Json to_json(const Diagnosis& diagnosis);

/// Never throws for a history that `read_history` accepts; an empty one is too short.
Diagnosis diagnose(const run::History& history, const DiagnosisContext& context);

/// For the terminal: condition, evidence, advice and command, wrapped at 100 columns, with a newline at the
/// end.
std::string format_diagnosis(const Diagnosis& diagnosis);

}  // namespace margay::report
