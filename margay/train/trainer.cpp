// The training loop: fit, epoch, batch.
#include "margay/train/trainer.h"

#include <chrono>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "margay/augment/pipeline.h"
#include "margay/core/cpu.h"
#include "margay/core/version.h"
#include "margay/data/loader.h"
#include "margay/engine/foreign_errors.h"
#include "margay/engine/input.h"
#include "margay/engine/network.h"
#include "margay/engine/precision.h"
#include "margay/train/adam.h"
#include "margay/train/checkpoint.h"
#include "margay/train/loss.h"

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

recipe::Device decide_device(recipe::Device wanted) {
  const bool has_cuda = torch::cuda::is_available();
  require(wanted != recipe::Device::cuda || has_cuda, "train",
          "there is no CUDA device, or libtorch was built without CUDA",
          "--device cpu trains on the processor");
  if (wanted != recipe::Device::automatic) return wanted;
  return has_cuda ? recipe::Device::cuda : recipe::Device::cpu;
}

recipe::Precision decide_precision(recipe::Precision wanted, recipe::Device device) {
  if (wanted != recipe::Precision::automatic) return wanted;
  const bool fast = device == recipe::Device::cuda || cpu_has_bf16();
  return fast ? recipe::Precision::bf16 : recipe::Precision::fp32;
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
  auto pipeline = augment::Pipeline::parse(config.augment);
  require(pipeline.mix().empty(), "train", "mixup and cutmix cannot be trained with so far",
          "leave them out of the augmentation");
  if (!pipeline.empty())
    options.transform = [pipeline](image::ImageView in, uint8_t* out_u8, Random& random) {
      pipeline.apply(in, out_u8, random);
    };
  return options;
}

graph::Weights moments_by_name(const std::vector<engine::NamedTensor>& tensors,
                               const std::vector<at::Tensor>& moments) {
  graph::Weights named;
  size_t next = 0;
  for (const engine::NamedTensor& tensor : tensors)
    if (tensor.trained) named.emplace(tensor.name, engine::to_host(moments[next++]));
  return named;
}

void copy_moments(const graph::Weights& named, const std::vector<engine::NamedTensor>& tensors,
                  std::vector<at::Tensor>& moments) {
  size_t next = 0;
  for (const engine::NamedTensor& tensor : tensors) {
    if (!tensor.trained) continue;
    const auto found = named.find(tensor.name);
    require<ModelError>(
        found != named.end() && found->second.shape == tensor.tensor.sizes().vec(), "train.resume",
        fmt::format("the checkpoint's optimiser state for {} is missing or misshapen", tensor.name));
    moments[next].copy_(engine::to_tensor(found->second, moments[next].device()));
    ++next;
  }
}

}  // namespace

recipe::Config decide(recipe::Config config) {
  config.training.device = decide_device(config.training.device);
  config.training.precision = decide_precision(config.training.precision, config.training.device);
  if (config.training.threads == 0) config.training.threads = usable_cpus();
  return config;
}

std::string libtorch_version() {
  return TORCH_VERSION;
}

/// A training with its network, optimiser and loaders.
class Trainer::Session {
 public:
  Session(recipe::Config config, std::shared_ptr<const TrainingData> data)
      : config_(decide(std::move(config))),
        data_(std::move(data)),
        device_(device_of(config_)),
        pool_(config_.training.threads),
        network_(make_network()),
        adam_(network_.trained_tensors(), {config_.optimizer.lr, config_.optimizer.beta1,
                                           config_.optimizer.beta2, config_.optimizer.eps}),
        loader_(data_->train, pool_, training_options(config_)) {
    if (data_->validation) validation_loader_.emplace(*data_->validation, pool_, validation_options(config_));
    config_.source.classes = data_->classes;
  }

  TrainingResult fit(std::stop_token stop);
  model::Model model() const;
  void resume(const std::filesystem::path& path);

  recipe::Config config_;
  std::vector<TrainingObserver*> observers_;
  std::filesystem::path checkpoint_path_;
  double checkpoint_interval_s_ = 60;

 private:
  engine::Network make_network();
  bool run_epoch(std::stop_token stop);
  void train_batch(const data::Batch& batch);
  std::pair<double, double> validate();
  void finish_epoch();
  void keep_if_best(double val_accuracy);
  void announce_start();
  void announce_step();
  double estimate_seconds_left() const;
  BatchLoss forward(const data::Batch& batch, bool training);
  void check_finite(double loss) const;
  void save_checkpoint_if_due(bool now);

  bool uses_bf16() const { return config_.training.precision == recipe::Precision::bf16; }

  std::shared_ptr<const TrainingData> data_;
  torch::Device device_;
  WorkerPool pool_;
  engine::Network network_;
  Adam adam_;
  data::Loader loader_;
  std::optional<data::Loader> validation_loader_;
  EpochProgress progress_;
  run::History history_;
  BestWeights best_;
  double validation_seconds_ = 0;
  Clock::time_point last_checkpoint_ = Clock::now();
};

engine::Network Trainer::Session::make_network() {
  at::set_num_threads(config_.training.threads);
  const graph::Graph graph = recipe::build_network(config_, static_cast<int>(data_->classes.size()));
  return {graph, graph::initialize(graph, config_.network.initializer, config_.training.seed), device_};
}

TrainingResult Trainer::Session::fit(std::stop_token stop) {
  announce_start();
  last_checkpoint_ = Clock::now();
  bool stopped = false;
  while (progress_.epoch <= config_.training.epochs && !stopped) {
    stopped = !run_epoch(stop);
    if (!stopped) finish_epoch();
    save_checkpoint_if_due(stopped || progress_.epoch > config_.training.epochs);
  }
  const int last_epoch = history_.empty() ? 0 : history_.back().epoch;
  return {history_, stopped, best_.weights.empty() ? last_epoch : best_.epoch};
}

/// False when stopped before the epoch's end; `progress_` then says where.
bool Trainer::Session::run_epoch(std::stop_token stop) {
  const double seconds_before = progress_.seconds;
  const Clock::time_point start = Clock::now();
  loader_.start(progress_.epoch, progress_.next_step);
  data::Batch batch;
  while (loader_.next(batch)) {
    train_batch(batch);
    progress_.seconds = seconds_before + seconds_since(start);
    announce_step();
    if (stop.stop_requested() && progress_.next_step < loader_.batches()) return false;
  }
  return true;
}

void Trainer::Session::train_batch(const data::Batch& batch) {
  const BatchLoss loss = forward(batch, true);
  const auto mean = loss.mean.item<double>();
  check_finite(mean);
  adam_.zero_grad();
  loss.mean.backward();
  adam_.step();
  progress_.loss_sum += mean * batch.size;
  progress_.correct += loss.correct;
  progress_.seen += batch.size;
  ++progress_.next_step;
}

BatchLoss Trainer::Session::forward(const data::Batch& batch, bool training) {
  const at::Tensor input = engine::make_input(batch.pixels, batch.size, config_.input,
                                              uses_bf16() ? at::kBFloat16 : at::kFloat, device_);
  const at::Tensor labels =
      at::tensor(at::IntArrayRef(std::vector<int64_t>(batch.labels.begin(), batch.labels.end())),
                 at::TensorOptions().dtype(at::kLong).device(device_));
  const engine::ForwardContext context{training, config_.training.seed, progress_.epoch, batch.samples};
  at::Tensor logits;
  {
    const engine::AutocastGuard autocast(device_, uses_bf16());
    logits = network_.forward(input, context);
  }
  return cross_entropy(logits, labels);
}

/// Mean loss and accuracy on the validation pictures.
std::pair<double, double> Trainer::Session::validate() {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  if (!validation_loader_) return {kNone, kNone};
  const Clock::time_point start = Clock::now();
  const torch::InferenceMode inference;
  double loss_sum = 0;
  int64_t correct = 0, seen = 0;
  data::Batch batch;
  validation_loader_->start(progress_.epoch);
  while (validation_loader_->next(batch)) {
    const BatchLoss loss = forward(batch, false);
    loss_sum += loss.mean.item<double>() * batch.size;
    correct += loss.correct;
    seen += batch.size;
  }
  validation_seconds_ = seconds_since(start);
  return {loss_sum / static_cast<double>(seen), static_cast<double>(correct) / static_cast<double>(seen)};
}

void Trainer::Session::finish_epoch() {
  const auto [val_loss, val_accuracy] = validate();
  const auto seen = static_cast<double>(progress_.seen);
  history_.push_back({.epoch = progress_.epoch,
                      .seconds = progress_.seconds,
                      .images_per_second = seen / progress_.seconds,
                      .learning_rate = adam_.lr(),
                      .loss = progress_.loss_sum / seen,
                      .accuracy = static_cast<double>(progress_.correct) / seen,
                      .val_loss = val_loss,
                      .val_accuracy = val_accuracy,
                      .others = {}});
  keep_if_best(val_accuracy);
  progress_ = EpochProgress{.epoch = progress_.epoch + 1};
  for (TrainingObserver* observer : observers_) observer->on_epoch(history_, config_);
}

void Trainer::Session::keep_if_best(double val_accuracy) {
  if (config_.training.keep != recipe::Keep::best || !(val_accuracy > best_.val_accuracy)) return;
  best_ = {progress_.epoch, val_accuracy, network_.weights()};
}

void Trainer::Session::announce_start() {
  const TrainingStart start{config_, data_->train.size(), data_->validation ? data_->validation->size() : 0,
                            loader_.batches(), progress_.epoch};
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
                              .seconds_left = estimate_seconds_left()};
  for (TrainingObserver* observer : observers_) observer->on_step(snapshot);
}

/// From the speed of this epoch, or of the last where this one has just begun.
double Trainer::Session::estimate_seconds_left() const {
  const int steps = loader_.batches();
  const bool has_last = !history_.empty();
  const double step_s = has_last && progress_.next_step < steps / 2 ? history_.back().seconds / steps
                                                                    : progress_.seconds / progress_.next_step;
  const int epochs_left = config_.training.epochs - progress_.epoch;
  const double steps_left = steps - progress_.next_step + static_cast<double>(epochs_left) * steps;
  return steps_left * step_s + (epochs_left + 1) * validation_seconds_;
}

void Trainer::Session::check_finite(double loss) const {
  if (std::isfinite(loss)) return;
  throw ModelError(
      "train",
      fmt::format("the loss became {} in epoch {}, step {}", loss, progress_.epoch, progress_.next_step + 1),
      fmt::format("try a lower rate, --set optimizer.lr={:.1g}, or --precision fp32",
                  config_.optimizer.lr / 10));
}

void Trainer::Session::save_checkpoint_if_due(bool now) {
  if (checkpoint_path_.empty() || (!now && seconds_since(last_checkpoint_) < checkpoint_interval_s_)) return;
  const auto& tensors = network_.tensors();
  save_checkpoint(checkpoint_path_,
                  {progress_, history_, network_.weights(), moments_by_name(tensors, adam_.first_moments()),
                   moments_by_name(tensors, adam_.second_moments()), adam_.steps(), best_});
  last_checkpoint_ = Clock::now();
}

void Trainer::Session::resume(const std::filesystem::path& path) {
  Checkpoint checkpoint = load_checkpoint(path);
  network_.set_weights(checkpoint.weights);
  copy_moments(checkpoint.first_moments, network_.tensors(), adam_.first_moments());
  copy_moments(checkpoint.second_moments, network_.tensors(), adam_.second_moments());
  adam_.set_steps(checkpoint.optimizer_steps);
  progress_ = checkpoint.progress;
  history_ = std::move(checkpoint.history);
  best_ = std::move(checkpoint.best);
}

model::Model Trainer::Session::model() const {
  const bool has_best = !best_.weights.empty();
  model::Model made;
  made.graph = network_.graph();
  made.weights = has_best ? best_.weights : network_.weights();
  made.classes = data_->classes;
  made.preprocess = config_.input;
  made.provenance = {{"margay", kVersion},
                     {"recipe", config_.source.recipe},
                     {"data", config_.source.data.filename().string()},
                     {"seed", config_.training.seed},
                     {"keep", recipe::name_of(config_.training.keep)}};
  const int epoch = has_best ? best_.epoch : history_.empty() ? 0 : history_.back().epoch;
  made.provenance["epoch"] = epoch;
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

const recipe::Config& Trainer::config() const {
  return session_->config_;
}
model::Model Trainer::model() const {
  return session_->model();
}

}  // namespace margay::train
