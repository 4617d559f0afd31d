// What the history of a training says about the network: the condition, the numbers that show it, and what to
// try.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "margay/core/json.h"
#include "margay/run/history.h"

namespace margay::report {

enum class Condition {
  not_finite,        ///< a loss became NaN or infinite
  no_new_pictures,   ///< all validation pictures are among those that the network has learned from
  few_new_pictures,  ///< so many of them are that the accuracy promises too much
  too_few_pictures,  ///< what was measured says nothing about other pictures
  too_short,         ///< fewer than three epochs to compare
  rate_too_high,     ///< the first steps destroyed more than the others could mend
  rate_too_low,      ///< the steps hardly move the weights
  stuck_at_chance,   ///< no better than guessing
  unstable,          ///< learns, and loses again and again what it has learned
  shuffled_labels,   ///< learns labels by heart that tell nothing about other pictures
  overfitting,       ///< learns the training pictures by heart
  underfitting,      ///< has stopped learning at a low level on both splits
  still_improving,   ///< more epochs would help
  no_validation,     ///< nothing to compare the training accuracy with
  healthy,           ///< none of these
};

/// "overfitting", "stuck at chance", ...
std::string_view name_of(Condition condition);

/// What the history does not say. Counts are 0 where they are not known.
struct DiagnosisContext {
  int classes = 2;
  int64_t train_count = 0;         ///< training pictures
  int64_t validation_count = 0;    ///< validation pictures: how noisy the validation accuracy is
  int64_t learned_validation = 0;  ///< of those, by content, that the network has learned from all the same
  std::string unknown_weights;     ///< that it goes back to, and nobody knows what those have learned from
  int64_t smallest_class = 0;      ///< training pictures of the class with the fewest
  int validation_classes = 0;      ///< classes that have validation pictures
  double majority_share = 0;  ///< share of the most frequent class in training; 0 = classes of equal size
  double validation_majority_share = 0;  ///< the same of the validation pictures; 0 = as in training
  int64_t steps_per_epoch = 0;           ///< of the optimiser
  /// The recipe augments or drops out, so training accuracy is measured under handicap.
  bool regularized = false;
  /// Nothing is left to gain by training longer: a head that was fitted to the features of a frozen network.
  bool converged = false;
  bool has_model = true;        ///< to use, whatever has become of the training
  bool pretrained = false;      ///< the network began with weights that other pictures have made
  bool full_precision = false;  ///< steps are computed in float32, not in bfloat16
  bool published = false;       ///< the network is one of those known by name
  /// The epoch since which training pictures are shown in the same way: losses before are not comparable.
  int alike_since = 1;
  double learning_rate = 0;    ///< that the recipe asks for; 0: the highest of the history
  double highest_rate = 1e-3;  ///< that the optimiser bears with common networks, as range tests find
  int64_t weights_bytes = 0;   ///< that ImageNet's weights are downloaded with; 0: none, or not known
  int recipe_epochs = 0;       ///< that the recipe takes where nobody says otherwise; 0: not known
  int planned_epochs = 0;      ///< that --resume alone goes on to; 0, or as many as are done: it has ended
  bool ended_by_patience = false;  ///< before those
  std::string recipe = "article";  ///< name or file that makes the run again, for the commands
  std::string network_options;     ///< such as "--network resnet18", for recipes that name another one
  std::string run_path = "RUN";    ///< for the commands
  std::string data_path = "DATA";  ///< for the commands
  std::string data_options;        ///< how the data are read, such as "--labels leaf", for all of them
  std::string manifest_options;    ///< what the run's own manifest needs of these, "--max-megapixels 400"
  std::string split_options;       ///< how they are split, such as "--validation 0.3", for those that train
};

/// One condition with its evidence and what to do about it.
struct Finding {
  Condition condition = Condition::healthy;
  /// What the evidence says, by name, for programs: shares, losses, epochs.
  std::map<std::string, double> numbers;
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

/// A list of objects with condition, numbers (an object), evidence, advice and command.
Json to_json(const Diagnosis& diagnosis);

/// Never throws for a history that `read_history` accepts; an empty one is too short.
Diagnosis diagnose(const run::History& history, const DiagnosisContext& context);

/// For the terminal: condition, evidence, advice and command, wrapped at 100 columns, with a newline at the
/// end.
std::string format_diagnosis(const Diagnosis& diagnosis);

}  // namespace margay::report
