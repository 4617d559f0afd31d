// Fits a network to pictures.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "margay/core/progress.h"
#include "margay/graph/weights.h"
#include "margay/model/model.h"
#include "margay/recipe/config.h"
#include "margay/run/history.h"
#include "margay/run/range_test.h"
#include "margay/train/custom_loss.h"
#include "margay/train/custom_transform.h"
#include "margay/train/events.h"
#include "margay/train/not_finite.h"
#include "margay/train/training_data.h"

namespace margay::train {

/// What a training came to.
struct TrainingResult {
  run::History history;
  bool stopped = false;        ///< ended by the stop token, or halted, before its last epoch
  bool stopped_early = false;  ///< ended by training.patience before its last epoch
  int kept_epoch = 0;          ///< whose weights are the model's; 0 before the first epoch has ended
};

/// Version of the libtorch that trains.
std::string libtorch_version();

/// One training. Not thread-safe.
class Trainer {
 public:
  /// Throws DataError, ModelError or UsageError when data and configuration do not fit.
  Trainer(recipe::Config config, std::shared_ptr<const TrainingData> data, CustomTransform transform = {});
  ~Trainer();
  Trainer(Trainer&&) noexcept;
  Trainer& operator=(Trainer&&) noexcept;

  /// The observer must outlive `fit`.
  void observe(TrainingObserver& observer);

  /// Trains with a loss of the caller's own instead of the configuration's. Validation still measures
  /// cross-entropy. Call it before `fit`, and again before going on with a checkpoint.
  void use_loss(CustomLoss loss);

  /// From the next step on, the rates are those of the schedule times `factor`; a training that is resumed
  /// begins with 1. An observer may call it.
  void scale_lr(double factor);

  /// Keeps a checkpoint at `path`, and the one before: between two steps as soon as `interval_s` seconds are
  /// over, when stopped, and at the end.
  void keep_checkpoint(std::filesystem::path path, double interval_s = 60);

  /// Goes on where a checkpoint of the same configuration ended, or the one before where it is damaged, which
  /// observers are told as a warning. A budget counts what sessions before this one have used of theirs.
  /// Throws FormatError, ModelError or IoError; UsageError where config().training.epochs are fewer than the
  /// checkpoint has done, and where it was made with other settings (recipe/lasting_settings.h).
  void resume(const std::filesystem::path& checkpoint);

  /// Begins with these weights of the whole network, which come from `pretrained`, in place of those that the
  /// configuration names. Throws ModelError where they do not fit.
  void begin_with(const graph::Weights& weights, PretrainedWeights pretrained);

  /// Trains up to config().training.epochs; where config().budget has a time, for as many as fit into it, the
  /// last one perhaps in part, and config() follows. What is not resumed begins with the weights of
  /// config().network.weights, where there are any, but for a head for other classes. Throws
  /// NotFiniteError, and what weights::resolve_weights, read_weights and transfer throw.
  TrainingResult fit(std::stop_token stop = {});

  /// Why `fit` will train nothing; nothing where something is left to train.
  std::optional<Ending> ending() const;

  /// The epochs that are done, also when `fit` has thrown.
  const run::History& history() const;
  /// When the time of config().budget began to run, in place of the trainer's making.
  void count_time_from(std::chrono::steady_clock::time_point start);
  /// Halts `fit` after this epoch, as if it were stopped there, so that the training can go on later.
  void halt_after(int epoch);

  /// Takes one step at each rate of the test, whatever the schedule says, after observers are told of the
  /// start. The weights are worthless afterwards. Throws Interrupted when stopped.
  run::RangeTestCurve test_rates(const run::RangeTest& test, const ProgressObserver& progress = {},
                                 std::stop_token stop = {});

  /// The configuration with everything decided.
  const recipe::Config& config() const;
  /// The classifier with the weights to keep. Throws NotFiniteError.
  model::Model model() const;

 private:
  class Session;
  std::unique_ptr<Session> session_;
};

}  // namespace margay::train
