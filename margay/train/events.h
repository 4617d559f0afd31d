// What a trainer tells whoever watches it. Snapshots are valid during the call only.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "margay/core/progress.h"
#include "margay/recipe/config.h"
#include "margay/run/history.h"
#include "margay/train/step_snapshot.h"

namespace margay::train {

/// Weights of another training that this one begins with.
struct PretrainedWeights {
  std::string name;                ///< as the configuration has it; empty: there are none
  size_t taken = 0;                ///< parameters that have their values from them
  std::vector<std::string> fresh;  ///< parameters that start anew: a head for other classes
  std::string about_head = {};     ///< why they do, or what is not known about the one that is kept
};

/// Why nothing is left to train, and what would go on all the same: parts of a sentence.
struct Ending {
  std::string reason;
  std::string way_on;  ///< "`epochs=16` or more goes on"
};

/// Before the first step. `config` has every "auto" decided.
struct TrainingStart {
  const recipe::Config& config;
  size_t training_pictures = 0;
  size_t validation_pictures = 0;
  int steps_per_epoch = 0;
  int first_epoch = 1;          ///< above 1 when resumed
  const run::History& history;  ///< of the epochs before; empty unless resumed
  const PretrainedWeights& pretrained;
  std::optional<Ending> ending = std::nullopt;  ///< of a resumed training that has come to its end before
};

/// A checkpoint has been written.
struct CheckpointSnapshot {
  const std::filesystem::path& path;
  int epoch = 0;  ///< that a resumed training goes on with
  int step = 0;   ///< of that epoch that are done
};

/// Watches a training. All calls come from the thread that called `fit`, and should be quick.
class TrainingObserver {
 public:
  virtual ~TrainingObserver() = default;
  /// At any time.
  virtual void on_warning(const std::string&) {}
  virtual void on_start(const TrainingStart&) {}
  virtual void on_step(const StepSnapshot&) {}
  /// Work that is no step, such as computing the features that a head is fitted to.
  virtual void on_progress(const Progress&) {}
  /// Before on_epoch: seconds until the last epoch will have ended, an estimate.
  virtual void on_time_left(double) {}
  /// `history` ends with the epoch that has just been validated.
  virtual void on_epoch(const run::History& history, const recipe::Config& config) {
    (void)history, (void)config;
  }
  virtual void on_checkpoint(const CheckpointSnapshot&) {}
};

}  // namespace margay::train
