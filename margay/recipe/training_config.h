// How a network is trained, as plain values: the keys of [optimizer], [loss], [schedule] and [training].
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace margay::recipe {

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

std::string_view name_of(OptimizerName name);
std::string_view name_of(ScheduleName name);
std::string_view name_of(Method method);
std::string_view name_of(Keep keep);
std::string_view name_of(Balance balance);
std::string_view name_of(Device device);
std::string_view name_of(Precision precision);

}  // namespace margay::recipe
