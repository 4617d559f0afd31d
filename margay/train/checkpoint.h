// Everything that a training needs to go on as if it had never stopped.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>

#include "margay/core/json.h"
#include "margay/graph/weights.h"
#include "margay/run/history.h"
#include "margay/train/optimizer/optimizer_state.h"
#include "margay/train/training_length.h"

namespace margay::train {

/// Running sums of the epoch that is being trained.
struct EpochProgress {
  int epoch = 1;            ///< from 1
  int next_step = 0;        ///< batches of this epoch that are done
  double loss_sum = 0;      ///< of the pictures that are seen
  double highest_loss = 0;  ///< mean loss of the worst batch
  int64_t correct = 0;
  int64_t seen = 0;  ///< pictures whose loss was finite
  double seconds = 0;

  /// The mean over the pictures that were seen of what adds up to `sum`; NaN where there were none, as where
  /// all steps are left out.
  double mean(double sum) const {
    return seen > 0 ? sum / static_cast<double>(seen) : std::numeric_limits<double>::quiet_NaN();
  }
};

/// The weights of the epoch that validation liked best; empty when none are kept.
struct KeptWeights {
  int epoch = 0;
  graph::Weights weights;
};

/// Of a training that keeps to a budget.
struct BudgetState {
  double used_s = 0;  ///< by all sessions
  TrainingLength::State length;
};

/// The state between two steps. Random choices are functions of (seed, epoch, sample), so that no stream
/// needs saving.
struct Checkpoint {
  EpochProgress progress;
  run::History history;
  graph::Weights weights;  ///< parameters and buffers
  graph::Weights average;  ///< of the weights over steps; empty where none is kept
  OptimizerState optimizer;
  int64_t optimizer_steps = 0;
  KeptWeights best;
  std::optional<BudgetState> budget;
  Json settings;  ///< recipe::lasting_settings of the training; null in those of earlier versions
};

/// Where the checkpoint before the one at `path` is: "checkpoint.previous.safetensors".
std::filesystem::path previous_checkpoint(const std::filesystem::path& path);

/// What becomes of the checkpoint that another replaces.
enum class Replaced { becomes_previous, is_dropped };

/// Writes one safetensors file with a checksum atomically. Throws IoError; ModelError where a value is
/// infinite or NaN, and the checkpoint that is there stays.
void save_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint,
                     Replaced replaced = Replaced::becomes_previous);

/// The checkpoint of one file. Throws FormatError where it is damaged or has values that are infinite or NaN,
/// IoError.
Checkpoint load_checkpoint(const std::filesystem::path& path);

/// The newest checkpoint that is whole.
struct FoundCheckpoint {
  Checkpoint checkpoint;
  std::string warning;  ///< why it is the one before; else empty
};

/// The checkpoint at `path`, or the one before where that is missing or damaged. Throws FormatError that says
/// why neither will do.
FoundCheckpoint load_newest_checkpoint(const std::filesystem::path& path);

}  // namespace margay::train
