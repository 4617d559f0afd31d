// Everything that decides a training, as typed values.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "margay/core/json.h"
#include "margay/graph/graph.h"
#include "margay/graph/weights.h"
#include "margay/image/preprocess.h"
#include "margay/recipe/source_config.h"

namespace margay::recipe {

/// The network: a published one by name (graph/zoo/zoo.h), or a list of layers (graph/layers.h).
struct NetworkConfig {
  std::string name;  ///< where it is not empty, there are no layers
  /// What it begins with: "imagenet", a file or a run directory (weights/published.h); empty: initial values.
  std::string weights;
  /// Side in pixels of the squares that published weights get in place of their own size, where the network
  /// takes any; 0: their own. [input] follows it.
  int resolution = 0;
  /// How pictures get the shape of those squares; nothing: the centre is cut out, as for published weights.
  std::optional<image::ResizeMode> fit;
  /// Resolutions whose channel means the last layer reads, 1 to 8 (graph/multiscale_head.h).
  int head_scales = 1;
  graph::Initializer initializer = graph::Initializer::glorot_uniform;
  Json layers = Json::array();
  /// No key: it is the network of a run that goes on. Rules for networks to come are no rules for those that
  /// have been trained.
  bool has_begun = false;
};

/// Whether what `weights` of a network names is a model or a run that was trained before, and neither nothing
/// nor published weights.
bool names_a_model(std::string_view weights);

enum class OptimizerName { adam, adamw, sgd, rmsprop };

/// See train/adam.h, train/sgd.h and train/rmsprop.h for what the numbers do.
struct OptimizerConfig {
  OptimizerName name = OptimizerName::adam;
  double lr = 1e-3;    ///< learning rate
  double beta1 = 0.9;  ///< adam, adamw
  double beta2 = 0.999;
  double eps = 1e-7;        ///< adam, adamw, rmsprop
  double rho = 0.9;         ///< rmsprop
  double momentum = 0.9;    ///< sgd, rmsprop; a recipe's rmsprop has 0
  bool nesterov = false;    ///< sgd
  double weight_decay = 0;  ///< of weights, not of biases and normalisations; a recipe's adamw has 0.01
  double clip_norm = 0;     ///< gradients whose common norm is above it shrink to it; 0: none does
  double first_to_last_lr_ratio = 1;  ///< rate of the first layer over that of the last (train/layer_rates.h)
};

/// What is added to cross-entropy in training, see train/loss.h.
struct LossConfig {
  double label_smoothing = 0;  ///< 0 to below 1
  double focal_gamma = 0;
};

enum class ScheduleName { constant, step, cosine, one_cycle, plateau };

/// How the learning rate changes; see train/schedule.h for the formulas.
struct ScheduleConfig {
  ScheduleName name = ScheduleName::constant;
  double warmup_epochs = 0;  ///< the rate grows linearly over so many epochs; one_cycle has its own
  double final_ratio = 0;    ///< cosine: the last rate over optimizer.lr
  double step_epochs = 10;   ///< step: epochs between two changes
  double factor = 0.1;       ///< step, plateau: what a change multiplies the rate with
  int patience_epochs = 5;   ///< plateau: epochs without a lower loss before a change
  /// Pixels of the longer side of training pictures, one after the other over the training; empty: as
  /// [input] says all the time. What is measured and predicted has the size of [input].
  std::vector<int> sizes{};
  std::vector<double> size_shares{};  ///< of the epochs, relative, one for each size; empty: equal
};

/// When batches are mixed, where the augmentation mixes at all.
struct MixingConfig {
  double share = 1;  ///< of the batches that are mixed
  double until = 1;  ///< share of the training after which none is
};

/// What a training does.
enum class Method {
  steps,     ///< steps down the gradient, epoch by epoch
  head,      ///< only the last layer is fitted, to convergence, on features of the frozen rest
  finetune,  ///< first the head, then steps from there
};
enum class Keep { last, best, ema };
/// What is done where classes have different numbers of pictures.
enum class Balance {
  none,
  weights,    ///< rare classes count more in the loss
  sample,     ///< an epoch shows every class equally often
  automatic,  ///< weights where one class has twice the pictures of another, else none
};
enum class Device { automatic, cpu, cuda };
enum class Precision { automatic, fp32, bf16 };
/// What batch normalisation divides by in training.
enum class BatchNorm {
  batch,   ///< the statistics of the batch, which are remembered for later
  frozen,  ///< what is remembered, which stays as it is
};
/// What becomes of a step whose loss or gradient is infinite or NaN. It never changes a weight.
enum class NonFinite {
  stop,  ///< the training ends with an error
  skip,  ///< the step is left out, with a warning; ten in a row end the training
};
/// Whether neighbouring operators are executed as one where that is faster.
enum class Fuse { on, off };

/// The keys of [training].
struct TrainingConfig {
  Method method = Method::steps;
  int epochs = 15;
  int batch_size = 128;
  uint64_t seed = 1;
  Keep keep = Keep::last;    ///< best: the epoch with the highest validation accuracy; ema: averaged weights
  double ema_decay = 0.999;  ///< Keep::ema: share of the average that a step keeps
  int accumulate = 1;        ///< batches whose gradients make one step of the optimiser
  Balance balance = Balance::automatic;
  BatchNorm batch_norm = BatchNorm::batch;
  Device device = Device::automatic;
  Precision precision = Precision::automatic;
  Fuse fuse = Fuse::on;
  NonFinite non_finite = NonFinite::stop;
  int threads = 0;  ///< 0: as many as the process may use
  /// Arithmetic on one thread, so that any number of threads gives the same weights.
  bool deterministic = false;
  int patience = 0;        ///< epochs without a lower validation loss that end the training; 0: none do
  double min_delta = 0;    ///< patience: a loss is lower when it is so by more than this
  int validate_every = 1;  ///< epochs from one validation to the next; the last epoch always has one
};

/// The keys of [budget]: a training that takes so long, by the wall clock, in place of training.epochs.
struct BudgetConfig {
  double seconds = 0;  ///< from the start of the program to the end of the report; 0: epochs count
  /// Of the zoo, from the most accurate to the quickest: the first that is shown `pictures` in the time is
  /// trained; where none is, the last one with smaller pictures. Empty: the recipe's network.
  std::vector<std::string> networks;
  double pictures = 0;
};

/// The keys of [recorded_length]: how the length of a training that kept to a budget changed on its way, so
/// that a training without a clock makes the same steps. A run writes it down at its end; nobody else needs
/// it.
struct RecordedLengthConfig {
  int epochs = 0;                             ///< that were planned; 0: nothing is recorded
  double warmup_epochs = 0, step_epochs = 0;  ///< of the schedule at that time
  /// One after the other: epochs that were done, and the length of the training from then on.
  std::vector<double> changes;

  bool is_recorded() const { return epochs > 0; }
};

/// The keys of [head]: how Method::head fits, see head/fit.h.
struct HeadConfig {
  /// Augmented views of each picture, 1 to 64: as it is, mirrored, and from the third on as augmentation
  /// changes it.
  int views = 2;
  int folds = 5;  ///< 2 to 100
  /// L2 strengths to choose from.
  std::vector<double> l2{10, 3, 1, 0.3, 0.1, 0.03, 0.01, 3e-3, 1e-3, 3e-4, 1e-4};
};

/// Everything that decides a training: a recipe with all changes laid over it.
struct Config {
  std::string description;
  image::Preprocess input;
  std::string augment;  ///< text of an augment::Pipeline
  MixingConfig mixing;
  NetworkConfig network;
  OptimizerConfig optimizer;
  LossConfig loss;
  ScheduleConfig schedule;
  TrainingConfig training;
  HeadConfig head;
  BudgetConfig budget;
  RecordedLengthConfig recorded_length;
  SourceConfig source;

  /// Whether the recorded length decides how long the training is, in place of epochs and time.
  bool follows_recorded_length() const { return recorded_length.is_recorded() && budget.seconds == 0; }

  /// Reads a document and checks it: unknown keys (with the nearest known one), wrong types and values out of
  /// range throw UsageError. `where` names the document in messages.
  static Config from_document(const Json& document, std::string_view where);

  /// All that was decided, defaults included; `from_document` reads it back.
  Json to_document() const;
};

std::string_view name_of(OptimizerName name);
std::string_view name_of(ScheduleName name);
std::string_view name_of(Method method);
std::string_view name_of(Keep keep);
std::string_view name_of(Balance balance);
std::string_view name_of(Device device);
std::string_view name_of(Precision precision);

/// Which weights a model has, in words: "weights of the last epoch (15)", "weights averaged over the steps up
/// to epoch 5". A head that was fitted at once has the name of Method::head.
std::string describe_kept(std::string_view keep_name, int epoch);
/// The same of a training by this configuration.
std::string describe_kept(const Config& config, int epoch);

/// What validation pictures, where there are any, decide about the model of such a training, in words; on
/// them it looks better than on new ones then.
std::vector<std::string> choices_on_validation(const Config& config);

/// Lets the training have so many epochs, with a schedule of the same shape.
void change_epochs(Config& config, int epochs);

/// The configuration that a recorded length begins with; without one as it is.
Config as_planned(Config config);

/// The network of this configuration for so many classes: one logit for two, else one each. Throws
/// ModelError, also where layers of a new network end in no logits (graph/logits.h).
graph::Graph build_network(const Config& config, int classes);

/// Number of outputs that a network for so many classes has.
int outputs_for(int classes);

}  // namespace margay::recipe
