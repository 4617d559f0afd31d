// The inside of a Trainer: the network with everything that trains it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "margay/augment/pipeline.h"
#include "margay/data/loader.h"
#include "margay/engine/network.h"
#include "margay/train/averaged_weights.h"
#include "margay/train/checkpoint.h"
#include "margay/train/early_stopping.h"
#include "margay/train/loss.h"
#include "margay/train/optimizer.h"
#include "margay/train/picture_sizes.h"
#include "margay/train/schedule.h"
#include "margay/train/time_budget.h"
#include "margay/train/time_left.h"
#include "margay/train/trainer.h"
#include "margay/train/training_length.h"
#include "margay/train/validation_score.h"

namespace margay::train {

/// A training with its network, optimiser and loaders.
class Trainer::Session {
 public:
  Session(recipe::Config config, std::shared_ptr<const TrainingData> data);

  void begin_with(const graph::Weights& weights, PretrainedWeights pretrained);
  TrainingResult fit(std::stop_token stop);
  run::RangeTestCurve test_rates(const run::RangeTest& test, const ProgressObserver& progress,
                                 std::stop_token stop);
  model::Model model() const;
  void resume(const std::filesystem::path& path);
  std::optional<Ending> ending() const;

  recipe::Config config_;
  std::vector<TrainingObserver*> observers_;
  std::filesystem::path checkpoint_path_;
  double checkpoint_interval_s_ = 60;
  std::optional<TimeBudget> budget_;
  int halt_after_epoch_ = std::numeric_limits<int>::max();
  run::History history_;
  TrainingLoss loss_;

 private:
  engine::Network make_network();
  void load_pretrained_weights();
  std::vector<OptimizedParameter> optimized_parameters() const;
  bool run_epoch(std::stop_token stop);
  void train_batch(data::Batch& batch);
  void begin_step();
  double share_of_step(const data::Batch& batch, const BatchLoss& loss) const;
  void count(const data::Batch& batch, const BatchLoss& loss, double mean);
  void end_step();
  void step_optimizer();
  void refuse_step();
  std::string lower_rate_hint() const;
  [[noreturn]] void throw_not_finite(const ModelError& found) const;
  double loss_of_next_step(data::Batch& batch);
  bool may_skip() const;
  bool is_weighted(const BatchLoss& loss) const;
  int64_t pictures_of_step() const;
  bool at_step_boundary() const;
  int64_t optimizer_steps_per_epoch() const;
  double progress_of_step() const;
  data::PictureSize size_of_epoch() const;
  int batches_of_epoch() const;
  void keep_to_budget(int epoch, int steps_done);
  void keep_to_budget_if_due();
  void change_length(double done, double length);
  void follow_recorded_length(int epoch, int steps_done);
  void resume_budget(const std::optional<BudgetState>& state);
  bool is_recorded_up_to(const BudgetState& state) const;
  double time_for_steps() const;
  double epoch_s() const;
  Ending ending_of_budget() const;
  void require_more_than(const EpochProgress& done) const;
  augment::MixRanges mix_of_batch() const;
  void require_sizes_fit() const;
  bool validates(int epoch) const;
  Measures validate_model();
  Measures validate();
  void complete_average();
  void estimate_batch_norm();
  void finish_epoch();
  void learn_from(const run::EpochRecord& record);
  void keep_if_best();
  int kept_epoch() const;
  void announce_start();
  void announce_step();
  bool is_over() const;
  bool stopped_early() const;
  double lap();
  engine::ForwardContext training_context(const data::Batch& batch) const;
  at::Tensor forward(const data::Batch& batch, const engine::ForwardContext& context);
  void write_checkpoint();
  void save_checkpoint_if_due(bool now);
  graph::Weights kept_weights() const;

  bool uses_bf16() const { return config_.training.precision == recipe::Precision::bf16; }

  static constexpr double kMostEpochs = 1e6;  ///< whatever the time
  static constexpr int kMostRefused = 10;     ///< steps in a row that may be left out

  /// One step of the optimiser under way, of one batch or of training.accumulate.
  struct Step {
    int64_t pictures = 0;             ///< of all its batches
    double loss_sum_before = 0;       ///< of the epoch
    double loss_sum = 0, weight = 0;  ///< where pictures have weights: of those that are done
    int64_t seen = 0;
    std::string refusal = {};              ///< why its gradient cannot be used; empty: it can
    std::vector<at::Tensor> buffers = {};  ///< before it, where a step may be left out
  };

  std::shared_ptr<const TrainingData> data_;
  at::Device device_;
  WorkerPool pool_;
  engine::Network network_;
  std::unique_ptr<Optimizer> optimizer_;
  std::optional<AveragedWeights> average_;
  data::Loader loader_;
  std::optional<data::Loader> validation_loader_;
  augment::MixRanges mix_;
  TrainingLength length_;
  size_t length_changes_ = 0;                     ///< of config_.recorded_length that are made
  recipe::RecordedLengthConfig recorded_before_;  ///< that a training with a budget began with
  PictureSizes sizes_;
  Schedule schedule_;
  EarlyStopping stopping_;
  TimeLeft time_left_;
  std::optional<double> tested_rate_;  ///< instead of the schedule's
  bool has_weights_ = false;           ///< of a checkpoint, or those that the configuration names
  PretrainedWeights pretrained_;
  EpochProgress progress_;
  Step step_;
  int refused_in_a_row_ = 0;
  BestWeights best_;
  std::chrono::steady_clock::time_point planned_;  ///< the length of the training, by the budget
  double asking_s_ = 0;  ///< of the last validation, without what it takes to estimate batch normalisation
  double update_ratio_ = kNotMeasured;  ///< of the last step of an epoch, unless a budget has cut that short
  Replaced replaced_ = Replaced::becomes_previous;
  std::chrono::steady_clock::time_point last_lap_, last_checkpoint_;
};

}  // namespace margay::train
