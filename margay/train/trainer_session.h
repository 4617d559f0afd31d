// The inside of a Trainer: a training with its callbacks, how it begins, and what outlives it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>

#include "margay/train/callback.h"
#include "margay/train/trainer.h"

namespace margay::train {

/// What a Trainer has: everything that libtorch knows of stays in here.
class Trainer::Session {
 public:
  Session(recipe::Config config, std::shared_ptr<const TrainingData> data, CustomTransform transform);

  void begin_with(const graph::Weights& weights, PretrainedWeights pretrained);
  void resume(const std::filesystem::path& path);
  TrainingResult fit(std::stop_token stop);
  run::RangeTestCurve test_rates(const run::RangeTest& test, const ProgressObserver& progress,
                                 std::stop_token stop);
  std::optional<Ending> ending() const;
  model::Model model() const;

  Training training;

 private:
  void load_pretrained_weights();
  void announce_start();
  void require_more_than(const EpochProgress& done) const;
  graph::Weights kept_weights() const;
  int kept_epoch() const;

  Callbacks callbacks_;
  bool has_weights_ = false;  ///< of a checkpoint, or those that the configuration names
  PretrainedWeights pretrained_;
};

}  // namespace margay::train
