// A training: the network with what changes it, the pictures, and how far it is.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "margay/augment/pipeline.h"
#include "margay/core/worker_pool.h"
#include "margay/data/loader.h"
#include "margay/engine/network.h"
#include "margay/train/checkpoint.h"
#include "margay/train/custom_transform.h"
#include "margay/train/events.h"
#include "margay/train/loss.h"
#include "margay/train/optimizer/optimizer.h"
#include "margay/train/picture_sizes.h"
#include "margay/train/time_left.h"
#include "margay/train/training_data.h"
#include "margay/train/training_length.h"

namespace margay::train {

/// One step of the optimiser under way, of one batch or of training.accumulate.
struct Step {
  int64_t pictures = 0;             ///< of all its batches
  double loss_sum_before = 0;       ///< of the epoch
  double loss_sum = 0, weight = 0;  ///< where pictures have weights: of those that are done
  int64_t seen = 0;
  std::string refusal = {};  ///< why its gradient cannot be used; empty: it can
  Averages averages = {};    ///< that follow the weights
};

/// What the loop trains, and what callbacks see and change. Not copied: its parts know each other.
struct Training {
  /// Throws what Trainer's constructor throws.
  Training(recipe::Config wanted, std::shared_ptr<const TrainingData> pictures,
           CustomTransform transform = {});
  Training(const Training&) = delete;
  Training& operator=(const Training&) = delete;

  recipe::Config config;  ///< everything decided
  std::shared_ptr<const TrainingData> data;
  at::Device device;
  WorkerPool pool;
  engine::Network network;
  std::unique_ptr<Optimizer> optimizer;
  TrainingLoss loss;
  data::Loader loader;
  std::optional<data::Loader> validation_loader;
  augment::MixRanges mix;
  PictureSizes sizes;
  TrainingLength length;
  TimeLeft time_left;
  EpochProgress progress;
  Step step;
  data::PictureSize shown;  ///< of the last batch
  run::History history;
  std::vector<TrainingObserver*> observers;
  /// When the time of a budget began to run.
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
  std::filesystem::path checkpoint_path;  ///< empty: none is kept
  double checkpoint_interval_s = 60;
  int halt_after_epoch = std::numeric_limits<int>::max();  ///< as if stopped there, so that it can go on
  bool has_stopped = false;                                ///< before its end
  bool has_stopped_improving = false;                      ///< and ends for that
  double lr_factor = 1;                                    ///< of the schedule's rates, as an observer wishes

  /// Of the network. They share sums out among them, so that their number decides how sums are rounded.
  int computing_threads() const;
  bool is_over() const { return progress.epoch > length.epochs() || has_stopped_improving; }
  /// Before its last epoch.
  bool has_stopped_early() const { return has_stopped_improving && progress.epoch <= length.epochs(); }
  bool is_halted() const { return progress.epoch > halt_after_epoch && !is_over(); }
  /// Of the epoch; the last one of a training that keeps to a budget may be a part.
  int batches_of_epoch() const { return length.batches_of(progress.epoch, loader.batches()); }
  bool is_epoch_done() const { return progress.next_step >= batches_of_epoch(); }
  /// Whether no batch has gradients that wait for others: the epoch's end closes a step too.
  bool is_between_steps() const;
  /// Epochs that are done when `steps_done` batches of epoch `epoch` are.
  double epochs_at(int epoch, int steps_done) const {
    return epoch - 1 + static_cast<double>(steps_done) / loader.batches();
  }
  double epochs_done() const { return epochs_at(progress.epoch, progress.next_step); }
  int64_t steps_per_epoch() const;
  data::PictureSize picture_size() const { return sizes.at(length.progress(progress.epoch, 0)); }
  /// How the batch that comes is mixed, if at all.
  augment::MixRanges mix_of_batch() const;
  /// Whether the configuration wants a validation after this epoch.
  bool validates(int epoch) const;
  /// Whether schedule and early stopping hear of the epoch: one that was measured only because the training
  /// was halted there changes nothing for them.
  bool counts(const run::EpochRecord& record) const { return !validation_loader || validates(record.epoch); }

  std::vector<OptimizedParameter> optimized_parameters() const;
  engine::ForwardContext training_context(const data::Batch& batch) const;
  /// Logits `[N, outputs]`.
  at::Tensor forward(const data::Batch& batch, const engine::ForwardContext& context);

  /// Now that `done` epochs are, the training has this length.
  void change_length(double done, double epochs);
  template <class Call>
  void tell(const Call& call) const {
    for (TrainingObserver* observer : observers) call(*observer);
  }
};

}  // namespace margay::train
