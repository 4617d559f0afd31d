// What the history of a training says about the network: the condition, the numbers that show it, and what to
// try.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "margay/analysis/finding.h"
#include "margay/run/history.h"

namespace margay::analysis {

/// What the history does not say. Counts are 0 where they are not known.
struct DiagnosisContext {
  int classes = 2;
  int64_t train_count = 0;         ///< training pictures
  int64_t validation_count = 0;    ///< validation pictures: how noisy the validation accuracy is
  int64_t learned_validation = 0;  ///< of those, by content, that the network has learned from all the same
  std::vector<std::string>
      unknown_weights;         ///< that it goes back to, and nobody knows what those learned from
  int64_t smallest_class = 0;  ///< training pictures of the class with the fewest
  int validation_classes = 0;  ///< classes that have validation pictures
  double majority_share = 0;   ///< share of the most frequent class in training; 0 = classes of equal size
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
  std::string recipe = "article";  ///< name or file that makes the run again
};

/// All findings of a run.
struct Diagnosis {
  std::vector<Finding> findings;  ///< the primary one first; never empty when made by `diagnose`

  const Finding& primary() const { return findings.front(); }
  bool has(Condition condition) const;
};

/// Never throws for a history that `read_history` accepts; an empty one is too short.
Diagnosis diagnose(const run::History& history, const DiagnosisContext& context);

}  // namespace margay::analysis
