// The training loop: fit, epoch, batch.
#include "margay/train/trainer_session.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "margay/core/bare_reason.h"
#include "margay/core/cpu.h"
#include "margay/core/worker_pool.h"
#include "margay/engine/input.h"
#include "margay/engine/precision.h"
#include "margay/graph/logits.h"
#include "margay/graph/with_input.h"
#include "margay/runtime/omp_threads.h"
#include "margay/train/class_balance.h"
#include "margay/train/decide.h"
#include "margay/train/layer_rates.h"
#include "margay/train/phases.h"
#include "margay/train/step_memory.h"
#include "margay/weights/published.h"
#include "margay/weights/transfer.h"

namespace margay::train {
namespace {

using Clock = std::chrono::steady_clock;

at::Device device_of(const recipe::Config& config) {
  return config.training.device == recipe::Device::cuda ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
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
  if (!pipeline.empty() || !config.schedule.sizes.empty())
    options.transform = [pipeline, kernel = config.input.kernel](image::ImageView in, image::ImageSpan out,
                                                                 Random& random, bool alternate_flip) {
      pipeline.apply(in, out, random, alternate_flip, kernel);
    };
  return options;
}

at::Tensor class_weights(const recipe::Config& config, const TrainingData& data, at::Device device) {
  if (config.training.balance != recipe::Balance::weights) return {};
  return at::tensor(balanced_weights(count_classes(data.train.labels(), data.classes.size()))).to(device);
}

}  // namespace

Trainer::Session::Session(recipe::Config config, std::shared_ptr<const TrainingData> data)
    : config_(recipe::as_planned(decide(std::move(config), *data))),
      loss_(config_.loss, class_weights(config_, *data, device_of(config_))),
      data_(std::move(data)),
      device_(device_of(config_)),
      pool_(config_.training.threads),
      network_(make_network()),
      optimizer_(make_optimizer(optimized_parameters(), config_.optimizer)),
      loader_(data_->train, pool_, training_options(config_)),
      mix_(augment::Pipeline::parse(config_.augment).mix()),
      length_(config_.training.epochs),
      sizes_(config_),
      schedule_(config_.schedule, config_.optimizer.lr, optimizer_steps_per_epoch(), config_.training.epochs),
      stopping_(config_.training.patience, config_.training.min_delta),
      time_left_(loader_.batches(), sizes_, config_.training.validate_every) {
  require_sizes_fit();
  if (config_.budget.seconds > 0) {
    budget_.emplace(config_.budget.seconds, Clock::now());
    recorded_before_ = std::exchange(
        config_.recorded_length,
        {config_.training.epochs, config_.schedule.warmup_epochs, config_.schedule.step_epochs, {}});
  }
  if (config_.training.keep == recipe::Keep::ema) average_.emplace(network_, config_.training.ema_decay);
  if (data_->validation) validation_loader_.emplace(*data_->validation, pool_, validation_options(config_));
}

engine::Network Trainer::Session::make_network() {
  // Threads share sums out among them, so that their number decides how sums are rounded.
  const int threads = config_.training.deterministic ? 1 : config_.training.threads;
  runtime::require_omp_threads(threads);
  require_threads(threads - 1);  // libtorch has a second pool, and waits for ever where it gets no threads
  at::set_num_threads(threads);
  const graph::Graph graph = recipe::build_network(config_, static_cast<int>(data_->classes.size()));
  if (!config_.network.has_begun) graph::require_logits(graph, "network");
  require_step_fits(step_memory(graph, config_), config_, available_memory_bytes());
  return {graph, graph::initialize(graph, config_.network.initializer, config_.training.seed), device_,
          config_.training.fuse == recipe::Fuse::on ? engine::Fusion::on : engine::Fusion::off};
}

/// Better before the first epoch than in the middle of the training.
void Trainer::Session::require_sizes_fit() const try {
  for (const data::PictureSize& size : sizes_.all())
    (void)graph::with_input(network_.graph(), {3, size.height, size.width});
} catch (const ModelError& error) {
  throw UsageError(
      "train",
      "schedule.sizes asks for a network that takes pictures of several sizes: " + bare_reason(error),
      "--set 'schedule.sizes=[]' shows it pictures of one size");
}

/// Once, and not where a checkpoint has better ones.
void Trainer::Session::load_pretrained_weights() {
  const recipe::NetworkConfig& network = config_.network;
  if (has_weights_ || network.weights.empty()) return;
  const std::filesystem::path file = weights::resolve_weights(network.name, network.weights);
  weights::Transfer transfer = weights::transfer_file(network_.graph(), file, network.weights, data_->classes,
                                                      network.initializer, config_.training.seed);
  begin_with(transfer.weights, {network.weights, transfer.taken.size(), std::move(transfer.fresh),
                                std::move(transfer.about_head)});
}

void Trainer::Session::begin_with(const graph::Weights& weights, PretrainedWeights pretrained) {
  network_.set_weights(weights);
  if (average_) average_->set_weights(weights);
  pretrained_ = std::move(pretrained);
  has_weights_ = true;
}

/// Kernels and matrices decay; not so what has one dimension (biases, scales and shifts of normalisations) or
/// three (factors of layer_scale, class tokens, positions).
std::vector<OptimizedParameter> Trainer::Session::optimized_parameters() const {
  const std::vector<double> rates = layer_rates(network_.graph(), config_.optimizer.first_to_last_lr_ratio);
  std::vector<OptimizedParameter> parameters;
  for (size_t i = 0; i < rates.size(); ++i)
    if (const auto& [name, tensor, trained] = network_.tensors()[i]; trained)
      parameters.push_back({tensor, tensor.dim() % 2 == 0, rates[i]});
  return parameters;
}

TrainingResult Trainer::Session::fit(std::stop_token stop) {
  load_pretrained_weights();
  announce_start();
  last_checkpoint_ = last_lap_ = planned_ = Clock::now();
  const auto halted = [&] { return progress_.epoch > halt_after_epoch_ && !is_over(); };
  bool stopped = halted();
  while (!is_over() && !stopped) {
    stopped = !run_epoch(stop);
    if (!stopped) finish_epoch();
    stopped = stopped || halted() || (stop.stop_requested() && !is_over());
    if (stopped) complete_average();
    save_checkpoint_if_due(stopped || is_over());
    time_left_.add_files(lap());
  }
  return {history_, stopped, stopped_early(), kept_epoch()};
}

bool Trainer::Session::is_over() const {
  return progress_.epoch > length_.epochs() || stopping_.is_over();
}

bool Trainer::Session::stopped_early() const {
  return stopping_.is_over() && progress_.epoch <= length_.epochs();
}

/// Seconds since it was asked last.
double Trainer::Session::lap() {
  const Clock::time_point before = std::exchange(last_lap_, Clock::now());
  return std::chrono::duration<double>(last_lap_ - before).count();
}

/// False when stopped before the epoch's end; `progress_` then says where.
bool Trainer::Session::run_epoch(std::stop_token stop) {
  loader_.start(progress_.epoch, progress_.next_step, size_of_epoch());
  data::Batch batch;
  while (progress_.next_step < batches_of_epoch() && loader_.next(batch)) {
    train_batch(batch);
    const double step_s = lap();
    progress_.seconds += step_s;
    time_left_.add_step(step_s, {batch.width, batch.height});
    announce_step();
    if (!at_step_boundary() || progress_.next_step == batches_of_epoch()) continue;
    if (stop.stop_requested()) return false;
    save_checkpoint_if_due(false);
    keep_to_budget_if_due();
    follow_recorded_length(progress_.epoch, progress_.next_step);
  }
  return true;
}

/// Of the step whose last batch is done, as the schedule counts.
double Trainer::Session::progress_of_step() const {
  const int64_t step = (progress_.next_step - 1) / config_.training.accumulate;
  const double share = static_cast<double>(step) / static_cast<double>(optimizer_steps_per_epoch());
  return length_.progress(progress_.epoch, share) * static_cast<double>(schedule_.steps());
}

data::PictureSize Trainer::Session::size_of_epoch() const {
  return sizes_.at(length_.progress(progress_.epoch, 0));
}

/// The last epoch of a training that keeps to a budget may be a part.
int Trainer::Session::batches_of_epoch() const {
  return length_.batches_of(progress_.epoch, loader_.batches());
}

/// An epoch may take much of the budget, and a machine may become slower shortly before the end.
void Trainer::Session::keep_to_budget_if_due() {
  if (!budget_) return;
  constexpr double kShare = 0.02, kShareOfRest = 0.1, kLeast_s = 0.5;
  const double due_s =
      std::min(kShare * budget_->seconds(), std::max(kLeast_s, kShareOfRest * budget_->left()));
  const std::chrono::duration<double> age = Clock::now() - planned_;
  if (age.count() > due_s) keep_to_budget(progress_.epoch, progress_.next_step);
}

/// What is left of the budget, less what comes after the last epoch. The validation pictures are asked again
/// for the report, in more precise and slower arithmetic.
double Trainer::Session::time_for_steps() const {
  constexpr double kReportValidations = 3;
  return budget_->left() - time_for_report(budget_->seconds()) - kReportValidations * asking_s_;
}

/// Changes the length of the training so that it ends, report included, when the budget does.
void Trainer::Session::keep_to_budget(int epoch, int steps_done) {
  if (!budget_ || !time_left_.is_settled()) return;
  planned_ = Clock::now();
  const double done = epoch - 1 + static_cast<double>(steps_done) / loader_.batches();
  const double length = time_left_.length_within(time_for_steps(), length_, epoch, steps_done, kMostEpochs);
  if (config_.recorded_length.is_recorded())
    config_.recorded_length.changes.insert(config_.recorded_length.changes.end(), {done, length});
  change_length(done, length);
}

void Trainer::Session::change_length(double done, double length) {
  length_.change(done, length);
  if (length_.epochs() > 0) recipe::change_epochs(config_, length_.epochs());
}

/// Makes the changes that a budget made when as much was done.
void Trainer::Session::follow_recorded_length(int epoch, int steps_done) {
  if (!config_.follows_recorded_length()) return;
  const double done = epoch - 1 + static_cast<double>(steps_done) / loader_.batches();
  const std::vector<double>& changes = config_.recorded_length.changes;
  for (; 2 * length_changes_ < changes.size() && changes[2 * length_changes_] <= done; ++length_changes_)
    change_length(changes[2 * length_changes_], changes[2 * length_changes_ + 1]);
}

/// How the batch that comes is mixed, if at all.
augment::MixRanges Trainer::Session::mix_of_batch() const {
  if (!may_mix(config_.mixing, length_.progress(progress_.epoch, 0))) return {};
  Random random{hash_text("mixed batch"), config_.training.seed, static_cast<uint64_t>(progress_.epoch),
                static_cast<uint64_t>(progress_.next_step)};
  return random.chance(config_.mixing.share) ? mix_ : augment::MixRanges{};
}

/// Whether the configuration wants a validation after this epoch.
bool Trainer::Session::validates(int epoch) const {
  return epoch % config_.training.validate_every == 0 || epoch >= length_.epochs();
}

/// Whether no batch has gradients that wait for others: the epoch's end closes a step too.
bool Trainer::Session::at_step_boundary() const {
  return progress_.next_step % config_.training.accumulate == 0 || progress_.next_step >= batches_of_epoch();
}

int64_t Trainer::Session::optimizer_steps_per_epoch() const {
  const int accumulate = config_.training.accumulate;
  return (loader_.batches() + accumulate - 1) / accumulate;
}

engine::ForwardContext Trainer::Session::training_context(const data::Batch& batch) const {
  return {.training = true,
          .seed = config_.training.seed,
          .epoch = progress_.epoch,
          .samples = batch.random_keys,
          .batch_norm_is_frozen = config_.training.batch_norm == recipe::BatchNorm::frozen};
}

/// Logits `[N, outputs]`.
at::Tensor Trainer::Session::forward(const data::Batch& batch, const engine::ForwardContext& context) {
  image::Preprocess spec = config_.input;
  spec.width = batch.width;
  spec.height = batch.height;
  const at::Tensor input =
      engine::make_input(batch.pixels, batch.size, spec, uses_bf16() ? at::kBFloat16 : at::kFloat, device_);
  const engine::AutocastGuard autocast(device_, uses_bf16());
  return network_.forward(input, context);
}

void Trainer::Session::finish_epoch() {
  keep_to_budget(progress_.epoch + 1, 0);
  follow_recorded_length(progress_.epoch + 1, 0);
  const bool measured = validates(progress_.epoch) || progress_.epoch == halt_after_epoch_;
  const Measures validation = measured ? validate_model() : Measures{};
  if (measured) time_left_.add_validation(lap());
  const double highest_loss = progress_.seen > 0 ? progress_.highest_loss : kNotMeasured;
  history_.push_back({.epoch = progress_.epoch,
                      .seconds = progress_.seconds,
                      .images_per_second = static_cast<double>(progress_.seen) / progress_.seconds,
                      .learning_rate = optimizer_->lr(),
                      .loss = progress_.mean(progress_.loss_sum),
                      .accuracy = progress_.mean(static_cast<double>(progress_.correct)),
                      .val_loss = validation.loss,
                      .val_accuracy = validation.accuracy,
                      .others = {{run::kBalancedAccuracy, validation.balanced_accuracy},
                                 {run::kHighestLoss, highest_loss},
                                 {run::kUpdateRatio, update_ratio_}}});
  keep_if_best();
  learn_from(history_.back());
  update_ratio_ = kNotMeasured;
  progress_ = EpochProgress{.epoch = progress_.epoch + 1};
  for (TrainingObserver* observer : observers_) {
    observer->on_time_left(time_left_.seconds(length_, progress_.epoch, progress_.next_step));
    observer->on_epoch(history_, config_);
  }
}

/// All that the schedule and early stopping know about the past comes from here. An epoch that was measured
/// because the training was halted there changes nothing for them.
void Trainer::Session::learn_from(const run::EpochRecord& record) {
  if (validation_loader_ && !validates(record.epoch)) return;
  schedule_.finish_epoch(std::isfinite(record.val_loss) ? record.val_loss : record.loss);
  stopping_.finish_epoch(record.val_loss);
}

void Trainer::Session::keep_if_best() {
  if (config_.training.keep == recipe::Keep::best && run::best_epoch(history_) == &history_.back())
    best_ = {progress_.epoch, network_.weights()};
}

/// Whose weights are the model's; 0 before the first epoch has ended.
int Trainer::Session::kept_epoch() const {
  if (!best_.weights.empty()) return best_.epoch;
  return history_.empty() ? 0 : history_.back().epoch;
}

void Trainer::Session::announce_start() {
  const TrainingStart start{.config = config_,
                            .training_pictures = data_->train.size(),
                            .validation_pictures = data_->validation ? data_->validation->size() : 0,
                            .steps_per_epoch = loader_.batches(),
                            .first_epoch = progress_.epoch,
                            .history = history_,
                            .pretrained = pretrained_,
                            .ending = ending()};
  for (TrainingObserver* observer : observers_) observer->on_start(start);
}

void Trainer::Session::announce_step() {
  const StepSnapshot snapshot{
      .epoch = progress_.epoch,
      .epochs = length_.epochs(),
      .step = progress_.next_step,
      .steps = batches_of_epoch(),
      .loss = progress_.mean(progress_.loss_sum),
      .accuracy = progress_.mean(static_cast<double>(progress_.correct)),
      .seconds = progress_.seconds,
      .images_per_second = static_cast<double>(progress_.seen) / progress_.seconds,
      .seconds_left = time_left_.seconds(length_, progress_.epoch, progress_.next_step)};
  for (TrainingObserver* observer : observers_) observer->on_step(snapshot);
}

}  // namespace margay::train
