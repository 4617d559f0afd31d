// The training loop: fit, epoch, batch.
#include "margay/train/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "margay/augment/pipeline.h"
#include "margay/core/version.h"
#include "margay/data/loader.h"
#include "margay/engine/foreign_errors.h"
#include "margay/engine/input.h"
#include "margay/engine/network.h"
#include "margay/engine/precision.h"
#include "margay/train/averaged_weights.h"
#include "margay/train/checkpoint.h"
#include "margay/train/class_balance.h"
#include "margay/train/decide.h"
#include "margay/train/early_stopping.h"
#include "margay/train/loss.h"
#include "margay/train/optimizer.h"
#include "margay/train/optimizer_state.h"
#include "margay/train/schedule.h"
#include "margay/train/targets.h"
#include "margay/train/time_left.h"
#include "margay/train/validation_score.h"
#include "margay/train/weight_change.h"

namespace margay::train {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

torch::Device device_of(const recipe::Config& config) {
  return config.training.device == recipe::Device::cuda ? torch::Device(torch::kCUDA, 0)
                                                        : torch::Device(torch::kCPU);
}

/// No transform, whatever the configuration says: validation is never augmented.
data::LoaderOptions validation_options(const recipe::Config& config) {
  data::LoaderOptions options;
  options.batch_size = config.training.batch_size;
  options.seed = config.training.seed;
  return options;
}

data::LoaderOptions training_options(const recipe::Config& config) {
  data::LoaderOptions options = validation_options(config);
  options.shuffle = true;
  options.balance_classes = config.training.balance == recipe::Balance::sample;
  auto pipeline = augment::Pipeline::parse(config.augment);
  if (!pipeline.empty())
    options.transform = [pipeline](image::ImageView in, uint8_t* out_u8, Random& random) {
      pipeline.apply(in, out_u8, random);
    };
  return options;
}

/// What a schedule goes by.
double watched_loss(const run::EpochRecord& record) {
  return std::isfinite(record.val_loss) ? record.val_loss : record.loss;
}

/// Biases, and the scales and shifts of normalisations, have one dimension, and do not decay.
std::vector<OptimizedParameter> optimized_parameters(const engine::Network& network) {
  std::vector<OptimizedParameter> parameters;
  for (const engine::NamedTensor& tensor : network.tensors())
    if (tensor.trained) parameters.push_back({tensor.tensor, tensor.tensor.dim() > 1});
  return parameters;
}

bool has_buffers(const engine::Network& network) {
  return std::any_of(network.tensors().begin(), network.tensors().end(),
                     [](const engine::NamedTensor& tensor) { return !tensor.trained; });
}

at::Tensor class_weights(const recipe::Config& config, const TrainingData& data, torch::Device device) {
  if (config.training.balance != recipe::Balance::weights) return {};
  return at::tensor(balanced_weights(count_classes(data.train.labels(), data.classes.size()))).to(device);
}

}  // namespace

std::string libtorch_version() {
  return TORCH_VERSION;
}

/// A training with its network, optimiser and loaders.
class Trainer::Session {
 public:
  Session(recipe::Config config, std::shared_ptr<const TrainingData> data)
      : config_(decide(std::move(config), *data)),
        loss_(config_.loss, class_weights(config_, *data, device_of(config_))),
        data_(std::move(data)),
        device_(device_of(config_)),
        pool_(config_.training.threads),
        network_(make_network()),
        optimizer_(make_optimizer(optimized_parameters(network_), config_.optimizer)),
        loader_(data_->train, pool_, training_options(config_)),
        mix_(augment::Pipeline::parse(config_.augment).mix()),
        schedule_(config_.schedule, config_.optimizer.lr, optimizer_steps_per_epoch(),
                  config_.training.epochs),
        stopping_(config_.training.patience, config_.training.min_delta),
        time_left_(config_.training.epochs, loader_.batches()) {
    if (config_.training.keep == recipe::Keep::ema) average_.emplace(network_, config_.training.ema_decay);
    if (data_->validation) validation_loader_.emplace(*data_->validation, pool_, validation_options(config_));
  }

  TrainingResult fit(std::stop_token stop);
  run::RangeTestCurve test_rates(const run::RangeTest& test, const ProgressObserver& progress,
                                 std::stop_token stop);
  model::Model model() const;
  void resume(const std::filesystem::path& path);

  recipe::Config config_;
  std::vector<TrainingObserver*> observers_;
  std::filesystem::path checkpoint_path_;
  double checkpoint_interval_s_ = 60;
  int halt_after_epoch_ = std::numeric_limits<int>::max();
  run::History history_;
  TrainingLoss loss_;

 private:
  engine::Network make_network();
  bool run_epoch(std::stop_token stop);
  void train_batch(data::Batch& batch);
  void step_optimizer();
  double loss_of_next_step(data::Batch& batch);
  double share_of_step(const data::Batch& batch) const;
  bool at_step_boundary() const;
  int64_t optimizer_steps_per_epoch() const;
  Measures validate_model();
  Measures validate();
  void estimate_batch_norm();
  void finish_epoch();
  void keep_if_best(double val_accuracy);
  void announce_start();
  void announce_step();
  bool is_over() const;
  bool stopped_early() const;
  double lap();
  engine::ForwardContext training_context(const data::Batch& batch) const;
  at::Tensor forward(const data::Batch& batch, const engine::ForwardContext& context);
  void check_finite(double loss) const;
  void save_checkpoint_if_due(bool now);

  bool uses_bf16() const { return config_.training.precision == recipe::Precision::bf16; }

  std::shared_ptr<const TrainingData> data_;
  torch::Device device_;
  WorkerPool pool_;
  engine::Network network_;
  std::unique_ptr<Optimizer> optimizer_;
  std::optional<AveragedWeights> average_;
  data::Loader loader_;
  std::optional<data::Loader> validation_loader_;
  augment::MixRanges mix_;
  Schedule schedule_;
  EarlyStopping stopping_;
  TimeLeft time_left_;
  std::optional<double> tested_rate_;  ///< instead of the schedule's
  EpochProgress progress_;
  BestWeights best_;
  double weight_change_ = 0;  ///< of the last step of an epoch
  Replaced replaced_ = Replaced::becomes_previous;
  Clock::time_point last_lap_, last_checkpoint_;
};

engine::Network Trainer::Session::make_network() {
  // Threads share sums out among them, so that their number decides how sums are rounded.
  at::set_num_threads(config_.training.deterministic ? 1 : config_.training.threads);
  const graph::Graph graph = recipe::build_network(config_, static_cast<int>(data_->classes.size()));
  return {graph, graph::initialize(graph, config_.network.initializer, config_.training.seed), device_};
}

TrainingResult Trainer::Session::fit(std::stop_token stop) {
  announce_start();
  last_checkpoint_ = last_lap_ = Clock::now();
  const auto halted = [&] { return progress_.epoch > halt_after_epoch_ && !is_over(); };
  bool stopped = halted();
  while (!is_over() && !stopped) {
    stopped = !run_epoch(stop);
    if (!stopped) finish_epoch();
    stopped = stopped || halted() || (stop.stop_requested() && !is_over());
    save_checkpoint_if_due(stopped || is_over());
    time_left_.add_files(lap());
  }
  const int last_epoch = history_.empty() ? 0 : history_.back().epoch;
  return {history_, stopped, stopped_early(), best_.weights.empty() ? last_epoch : best_.epoch};
}

bool Trainer::Session::is_over() const {
  return progress_.epoch > config_.training.epochs || stopping_.is_over();
}

bool Trainer::Session::stopped_early() const {
  return stopping_.is_over() && progress_.epoch <= config_.training.epochs;
}

/// Seconds since it was asked last.
double Trainer::Session::lap() {
  const Clock::time_point before = std::exchange(last_lap_, Clock::now());
  return std::chrono::duration<double>(last_lap_ - before).count();
}

run::RangeTestCurve Trainer::Session::test_rates(const run::RangeTest& test, const ProgressObserver& progress,
                                                 std::stop_token stop) {
  test.validate();
  run::RangeTestCurve curve(test);
  data::Batch batch;
  while (!curve.ended()) {
    require<Interrupted>(!stop.stop_requested(), "lr-find", "stopped");
    tested_rate_ = curve.next_lr();
    curve.add(loss_of_next_step(batch));
    if (progress)
      progress({"trying rates", curve.points().size(), static_cast<uint64_t>(test.steps), "steps"});
  }
  return curve;
}

/// Mean per picture, or NaN where it is not finite; after the last step of an epoch comes the next epoch.
double Trainer::Session::loss_of_next_step(data::Batch& batch) try {
  if (progress_.next_step == loader_.batches()) progress_ = {.epoch = progress_.epoch + 1};
  if (progress_.next_step == 0) loader_.start(progress_.epoch);
  progress_.loss_sum = 0, progress_.seen = 0;
  do {
    loader_.next(batch);
    train_batch(batch);
  } while (!at_step_boundary());
  return progress_.loss_sum / static_cast<double>(progress_.seen);
} catch (const NotFiniteError&) {
  return kNotMeasured;
}

/// False when stopped before the epoch's end; `progress_` then says where.
bool Trainer::Session::run_epoch(std::stop_token stop) {
  loader_.start(progress_.epoch, progress_.next_step);
  data::Batch batch;
  while (loader_.next(batch)) {
    train_batch(batch);
    const double step_s = lap();
    progress_.seconds += step_s;
    time_left_.add_step(step_s);
    announce_step();
    if (!at_step_boundary() || progress_.next_step == loader_.batches()) continue;
    if (stop.stop_requested()) return false;
    save_checkpoint_if_due(false);
  }
  return true;
}

void Trainer::Session::train_batch(data::Batch& batch) {
  if (at_step_boundary()) optimizer_->zero_grad();
  const Targets targets = make_targets(batch, mix_, config_, progress_.epoch, device_);
  const BatchLoss loss = loss_(forward(batch, training_context(batch)), targets);
  const auto mean = loss.mean.item<double>();
  check_finite(mean);
  const double share = share_of_step(batch);
  (share == 1 ? loss.mean : loss.mean * share).backward();
  progress_.loss_sum += mean * batch.size;
  progress_.highest_loss = std::max(progress_.highest_loss, mean);
  progress_.correct += loss.count_right();
  progress_.seen += batch.size;
  ++progress_.next_step;
  if (at_step_boundary()) step_optimizer();
}

void Trainer::Session::step_optimizer() {
  optimizer_->set_lr(tested_rate_.value_or(schedule_.lr(optimizer_->steps())));
  // Measuring takes a pass over the weights: once an epoch is enough to see its size.
  std::optional<WeightChange> change;
  if (progress_.next_step == loader_.batches()) change.emplace(optimized_parameters(network_));
  optimizer_->step();
  if (change) weight_change_ = change->ratio();
  if (average_) average_->update(optimizer_->steps());
}

/// Whether no batch has gradients that wait for others: the epoch's end closes a step too.
bool Trainer::Session::at_step_boundary() const {
  return progress_.next_step % config_.training.accumulate == 0 || progress_.next_step == loader_.batches();
}

int64_t Trainer::Session::optimizer_steps_per_epoch() const {
  const int accumulate = config_.training.accumulate;
  return (loader_.batches() + accumulate - 1) / accumulate;
}

/// What part of the pictures of one optimiser step are in this batch, so that the gradient is that of all at
/// once.
double Trainer::Session::share_of_step(const data::Batch& batch) const {
  const int accumulate = config_.training.accumulate;
  const int first = progress_.next_step / accumulate * accumulate;
  const auto pictures_before = [&](int batches) {
    return std::min<int64_t>(int64_t{batches} * config_.training.batch_size,
                             static_cast<int64_t>(data_->train.size()));
  };
  return static_cast<double>(batch.size) /
         static_cast<double>(pictures_before(first + accumulate) - pictures_before(first));
}

engine::ForwardContext Trainer::Session::training_context(const data::Batch& batch) const {
  return {.training = true, .seed = config_.training.seed, .epoch = progress_.epoch, .samples = batch.draws};
}

/// Logits `[N, outputs]`.
at::Tensor Trainer::Session::forward(const data::Batch& batch, const engine::ForwardContext& context) {
  const at::Tensor input = engine::make_input(batch.pixels, batch.size, config_.input,
                                              uses_bf16() ? at::kBFloat16 : at::kFloat, device_);
  const engine::AutocastGuard autocast(device_, uses_bf16());
  return network_.forward(input, context);
}

/// Of the model that would be kept, where that is not the last weights' or the best's.
Measures Trainer::Session::validate_model() {
  if (!validation_loader_) return {};
  if (!average_) return validate();
  const AveragedWeights::Use use(*average_);
  estimate_batch_norm();
  return validate();
}

/// Statistics that belong to other weights are worthless: takes the mean over some batches of training
/// pictures.
void Trainer::Session::estimate_batch_norm() {
  constexpr int kMaxBatches = 64;
  if (!has_buffers(network_)) return;
  const torch::NoGradGuard no_gradient;
  data::Batch batch;
  loader_.start(progress_.epoch);
  for (int done = 0; done < kMaxBatches && loader_.next(batch); ++done) {
    engine::ForwardContext context = training_context(batch);
    context.batch_norm_momentum = 1.0 / (done + 1);
    forward(batch, context);
  }
}

/// On the validation pictures as they are, with plain cross-entropy.
Measures Trainer::Session::validate() {
  const torch::InferenceMode inference;
  ValidationScore score(data_->classes.size());
  data::Batch batch;
  validation_loader_->start(progress_.epoch);
  while (validation_loader_->next(batch))
    score.add(cross_entropy(forward(batch, {}), label_tensor(batch.labels, device_)), batch.labels);
  return score.measures();
}

void Trainer::Session::finish_epoch() {
  const Measures validation = validate_model();
  time_left_.add_validation(lap());
  const auto seen = static_cast<double>(progress_.seen);
  history_.push_back({.epoch = progress_.epoch,
                      .seconds = progress_.seconds,
                      .images_per_second = seen / progress_.seconds,
                      .learning_rate = optimizer_->lr(),
                      .loss = progress_.loss_sum / seen,
                      .accuracy = static_cast<double>(progress_.correct) / seen,
                      .val_loss = validation.loss,
                      .val_accuracy = validation.accuracy,
                      .others = {{"val_balanced_accuracy", validation.balanced_accuracy},
                                 {run::kHighestLoss, progress_.highest_loss},
                                 {run::kWeightChange, weight_change_}}});
  keep_if_best(validation.accuracy);
  schedule_.finish_epoch(watched_loss(history_.back()));
  stopping_.finish_epoch(validation.loss);
  progress_ = EpochProgress{.epoch = progress_.epoch + 1};
  for (TrainingObserver* observer : observers_) {
    observer->on_time_left(time_left_.seconds(progress_.epoch, progress_.next_step));
    observer->on_epoch(history_, config_);
  }
}

void Trainer::Session::keep_if_best(double val_accuracy) {
  if (config_.training.keep != recipe::Keep::best || !(val_accuracy > best_.val_accuracy)) return;
  best_ = {progress_.epoch, val_accuracy, network_.weights()};
}

void Trainer::Session::announce_start() {
  const TrainingStart start{
      config_,           data_->train.size(), data_->validation ? data_->validation->size() : 0,
      loader_.batches(), progress_.epoch,     history_};
  for (TrainingObserver* observer : observers_) observer->on_start(start);
}

void Trainer::Session::announce_step() {
  const auto seen = static_cast<double>(progress_.seen);
  const StepSnapshot snapshot{.epoch = progress_.epoch,
                              .epochs = config_.training.epochs,
                              .step = progress_.next_step,
                              .steps = loader_.batches(),
                              .loss = progress_.loss_sum / seen,
                              .accuracy = static_cast<double>(progress_.correct) / seen,
                              .seconds = progress_.seconds,
                              .images_per_second = seen / progress_.seconds,
                              .seconds_left = time_left_.seconds(progress_.epoch, progress_.next_step)};
  for (TrainingObserver* observer : observers_) observer->on_step(snapshot);
}

void Trainer::Session::check_finite(double loss) const {
  if (std::isfinite(loss)) return;
  throw NotFiniteError(
      "train",
      fmt::format("the loss became {} in epoch {}, step {}", loss, progress_.epoch, progress_.next_step + 1),
      fmt::format("try a lower rate, --set optimizer.lr={:.1g}, or --precision fp32",
                  config_.optimizer.lr / 10));
}

void Trainer::Session::save_checkpoint_if_due(bool now) {
  if (checkpoint_path_.empty() || (!now && seconds_since(last_checkpoint_) < checkpoint_interval_s_)) return;
  save_checkpoint(checkpoint_path_,
                  {.progress = progress_,
                   .history = history_,
                   .weights = network_.weights(),
                   .average = average_ ? average_->weights() : graph::Weights{},
                   .optimizer = optimizer_state(*optimizer_, network_.tensors()),
                   .optimizer_steps = optimizer_->steps(),
                   .best = best_},
                  std::exchange(replaced_, Replaced::becomes_previous));
  last_checkpoint_ = Clock::now();
  const CheckpointSnapshot written{checkpoint_path_, progress_.epoch, progress_.next_step};
  for (TrainingObserver* observer : observers_) observer->on_checkpoint(written);
}

void Trainer::Session::resume(const std::filesystem::path& path) {
  auto [checkpoint, warning] = load_newest_checkpoint(path);
  network_.set_weights(checkpoint.weights);
  set_optimizer_state(*optimizer_, network_.tensors(), checkpoint.optimizer);
  optimizer_->set_steps(checkpoint.optimizer_steps);
  if (average_) average_->set_weights(checkpoint.average);
  progress_ = checkpoint.progress;
  history_ = std::move(checkpoint.history);
  for (const run::EpochRecord& record : history_) {
    schedule_.finish_epoch(watched_loss(record));
    stopping_.finish_epoch(record.val_loss);
  }
  best_ = std::move(checkpoint.best);
  if (warning.empty()) return;
  // A damaged one must not take the place of the one before it.
  replaced_ = Replaced::is_dropped;
  for (TrainingObserver* observer : observers_) observer->on_warning(warning);
}

model::Model Trainer::Session::model() const {
  const bool has_best = !best_.weights.empty();
  model::Model made;
  made.graph = network_.graph();
  made.weights = has_best ? best_.weights : average_ ? average_->weights() : network_.weights();
  made.classes = data_->classes;
  made.preprocess = config_.input;
  made.provenance = {{"margay", kVersion},
                     {"recipe", config_.source.recipe},
                     {"data", config_.source.data.filename().string()},
                     {"seed", config_.training.seed},
                     {"keep", recipe::name_of(config_.training.keep)}};
  if (loss_.replaced()) made.provenance["loss"] = "custom";
  const int epoch = has_best ? best_.epoch : history_.empty() ? 0 : history_.back().epoch;
  made.provenance["epoch"] = epoch;
  if (stopped_early()) made.provenance["stopped_early"] = true;
  for (const run::EpochRecord& record : history_) {
    if (record.epoch != epoch) continue;
    made.provenance["accuracy"] = record.accuracy;
    made.provenance["val_accuracy"] = record.val_accuracy;
  }
  return made;
}

Trainer::Trainer(recipe::Config config, std::shared_ptr<const TrainingData> data)
    : session_(engine::translate_errors(
          "train", [&] { return std::make_unique<Session>(std::move(config), std::move(data)); })) {}
Trainer::~Trainer() = default;
Trainer::Trainer(Trainer&&) noexcept = default;
Trainer& Trainer::operator=(Trainer&&) noexcept = default;

void Trainer::observe(TrainingObserver& observer) {
  session_->observers_.push_back(&observer);
}

void Trainer::use_loss(CustomLoss loss) {
  session_->loss_.replace(std::move(loss));
}

void Trainer::keep_checkpoint(std::filesystem::path path, double interval_s) {
  session_->checkpoint_path_ = std::move(path);
  session_->checkpoint_interval_s_ = interval_s;
}

void Trainer::resume(const std::filesystem::path& checkpoint) {
  session_->resume(checkpoint);
}

TrainingResult Trainer::fit(std::stop_token stop) {
  return engine::translate_errors("train", [&] { return session_->fit(stop); });
}

const run::History& Trainer::history() const {
  return session_->history_;
}

void Trainer::halt_after(int epoch) {
  session_->halt_after_epoch_ = epoch;
}

run::RangeTestCurve Trainer::test_rates(const run::RangeTest& test, const ProgressObserver& progress,
                                        std::stop_token stop) {
  return engine::translate_errors("train", [&] { return session_->test_rates(test, progress, stop); });
}

const recipe::Config& Trainer::config() const {
  return session_->config_;
}
model::Model Trainer::model() const {
  return session_->model();
}

}  // namespace margay::train
