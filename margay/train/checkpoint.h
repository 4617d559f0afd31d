// Everything that a training needs to go on as if it had never stopped.
#pragma once

#include <cstdint>
#include <filesystem>

#include "margay/graph/weights.h"
#include "margay/run/history.h"
#include "margay/train/optimizer_state.h"

namespace margay::train {

/// Running sums of the epoch that is being trained.
struct EpochProgress {
  int epoch = 1;        ///< from 1
  int next_step = 0;    ///< batches of this epoch that are done
  double loss_sum = 0;  ///< of pictures
  double highest_loss = 0;  ///< mean loss of the worst batch
  int64_t correct = 0;
  int64_t seen = 0;
  double seconds = 0;
};

/// The weights of the epoch that validation liked best; empty when none are kept.
struct BestWeights {
  int epoch = 0;
  double val_accuracy = -1;
  graph::Weights weights;
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
  BestWeights best;
};

/// Writes one safetensors file atomically. Throws IoError.
void save_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);

/// Throws FormatError or IoError.
Checkpoint load_checkpoint(const std::filesystem::path& path);

}  // namespace margay::train
