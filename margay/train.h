// Trains a network on a data set. Part of margay's public surface; needs libtorch when linked, not to
// compile. A network is made with margay/graph.h, and what has been trained answers with margay/predict.h.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "margay/data.h"
#include "margay/image/preprocess.h"
#include "margay/recipe/training_config.h"
#include "margay/run/epoch_record.h"
#include "margay/train/custom_loss.h"
#include "margay/train/custom_transform.h"
#include "margay/train/step_snapshot.h"

namespace margay {

namespace graph {
class Graph;
}
struct Model;

using image::ImageSpan;   ///< pixels that are written
using image::Preprocess;  ///< how a picture becomes the input of a network
using recipe::Balance;
using recipe::Device;
using recipe::Keep;
using recipe::Precision;
using LossOptions = recipe::LossConfig;
using OptimizerOptions = recipe::OptimizerConfig;
using recipe::OptimizerName;
using recipe::ScheduleName;
using ScheduleOptions = recipe::ScheduleConfig;
using EpochMetrics = run::EpochRecord;    ///< of an epoch that has ended
using StepMetrics = train::StepSnapshot;  ///< of a step that has been taken
using train::CustomLoss;
using train::CustomTransform;
using train::LossBatch;

/// What a callback may do about the training.
class MARGAY_API TrainingControl {
 public:
  /// Ends the training in good order, once this step is taken.
  virtual void stop() = 0;
  /// From the next step on, rates are those of the schedule times `factor`.
  virtual void scale_learning_rate(double factor) = 0;

 protected:
  ~TrainingControl() = default;
};

/// Hears of a training and may act on it. Called by the thread that called `fit`; what it throws ends `fit`.
class MARGAY_API TrainingCallback {
 public:
  virtual ~TrainingCallback();
  virtual void after_step(const StepMetrics& step, TrainingControl& control);
  virtual void after_epoch(const EpochMetrics& epoch, TrainingControl& control);
  virtual void on_warning(const std::string& warning);
};

/// How a network is trained: {.epochs = 20, .optimizer = {.lr = 3e-4}}. Values out of range throw UsageError
/// when the Trainer is made.
struct TrainingOptions {
  int epochs = 15;
  int batch_size = 32;
  uint64_t seed = 1;
  OptimizerOptions optimizer = {};  ///< Adam at 1e-3
  ScheduleOptions schedule = {};    ///< a constant rate
  LossOptions loss = {};            ///< cross-entropy
  CustomLoss custom_loss = {};      ///< in place of it
  std::string augmentation = {};    ///< as recipes have it: "flip,rotate=10,zoom=0.2"
  CustomTransform transform = {};   ///< a change of one's own, after it
  Preprocess preprocess = {};       ///< width and height are those of the network
  /// Pictures to measure on after each epoch. Null: those of the data that `Dataset::split_of` says are for
  /// it; where it says nothing, `validation_share` of each class is held back.
  const Dataset* validation = nullptr;
  double validation_share = 0.2;  ///< 0: nothing is measured
  Balance balance = Balance::automatic;
  Keep keep = Keep::last;    ///< whose weights the model has: best: the epoch that validation liked best
  int patience = 0;          ///< epochs without a lower validation loss that end the training; 0: none do
  std::string weights = {};  ///< to begin with: a model, a run directory or a file of PyTorch's
  std::string initializer = "glorot_uniform";  ///< else; or "he_normal", "narrow_normal"
  Device device = Device::automatic;
  Precision precision = Precision::automatic;
  int threads = 0;             ///< 0: as many as this process may use
  bool deterministic = false;  ///< the same weights for any number of threads
  /// All else that recipes know (docs/recipes.md), by full names: "training.accumulate=4".
  std::vector<std::string> settings = {};
  /// Callbacks, where a function is enough.
  std::function<void(const StepMetrics&, TrainingControl&)> on_step = {};
  std::function<void(const EpochMetrics&, TrainingControl&)> on_epoch = {};
};

/// The options of a recipe by name ("article-regularized") or of a TOML file. Throws UsageError with the
/// nearest name.
MARGAY_API TrainingOptions recipe_options(const std::string& name_or_path);

/// The network of a recipe. Throws UsageError or ModelError.
MARGAY_API graph::Graph recipe_network(const std::string& name_or_path, int classes);

/// What a training came to.
struct TrainingResult {
  std::vector<EpochMetrics> history;
  bool stopped = false;        ///< by a callback, before its last epoch
  bool stopped_early = false;  ///< by `patience`
  int kept_epoch = 0;          ///< whose weights are the model's
};

/// A picture that could not be used.
struct SkippedPicture {
  std::string name;  ///< as Dataset::name
  std::string reason;
};

/// One training. Used by one thread; trainings in several threads do not disturb each other.
class MARGAY_API Trainer {
 public:
  /// Decodes all pictures, which are not asked for again: `data` need not outlive it, what `options` refer to
  /// has to. The network has as many outputs as `outputs_for` says. Throws DataError, ModelError or
  /// UsageError where they do not fit.
  Trainer(const graph::Graph& network, const Dataset& data, const TrainingOptions& options = {});
  ~Trainer();
  Trainer(Trainer&& other) noexcept;
  Trainer& operator=(Trainer&& other) noexcept;

  /// The callback must outlive `fit`.
  void add(TrainingCallback& callback);
  /// Keeps a checkpoint at `path` (and the one before) every `interval_s` seconds, when stopped, and at the
  /// end.
  void keep_checkpoint(const std::string& path, double interval_s = 60);
  /// Goes on where a checkpoint of the same options ended. Throws FormatError, ModelError, IoError or
  /// UsageError.
  void resume(const std::string& checkpoint);

  /// Throws ModelError where loss or gradient become infinite.
  TrainingResult fit();

  /// The classifier with the weights to keep, for save_model and Predictor.
  Model model() const;
  /// Sorted bytewise; labels of the batches that a loss is given count in this order.
  const std::vector<std::string>& classes() const;
  /// Such as a picture that is there for learning and for checking.
  std::vector<std::string> warnings() const;
  std::vector<SkippedPicture> skipped() const;

 private:
  struct Session;
  Session* session_;
};

}  // namespace margay
