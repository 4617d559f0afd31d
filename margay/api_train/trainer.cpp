// The public trainer: hands on to the inner one, and the inner one's events to callbacks.
#include "margay/train/trainer.h"

#include <memory>
#include <stop_token>
#include <utility>

#include "margay/api_data/index.h"
#include "margay/api_predict/model_bridge.h"
#include "margay/api_train/config.h"
#include "margay/core/cpu.h"
#include "margay/core/error.h"

namespace margay {

TrainingCallback::~TrainingCallback() = default;
void TrainingCallback::after_step(const StepMetrics&, TrainingControl&) {}
void TrainingCallback::after_epoch(const EpochMetrics&, TrainingControl&) {}
void TrainingCallback::on_warning(const std::string&) {}

namespace {

/// The pictures of a training, and what the data set called those that could not be used.
struct LoadedPictures {
  std::shared_ptr<const train::TrainingData> data;
  std::vector<SkippedPicture> skipped;
  std::vector<std::string> warnings;
};

LoadedPictures load(const Dataset& data, const TrainingOptions& options, const image::Preprocess& spec) {
  WorkerPool pool(options.threads > 0 ? options.threads : usable_cpus());
  const IndexedData indexed(data, {options.validation, options.validation_share}, pool);
  LoadedPictures loaded{std::make_shared<const train::TrainingData>(train::TrainingData::load(
                            indexed.index(), spec, pool, {.broken = train::ManyBroken::refuse})),
                        {},
                        indexed.index().warnings};
  for (const data::SkippedFile& file : loaded.data->skipped())
    loaded.skipped.push_back({indexed.name_of(file.path), file.reason});
  loaded.warnings.insert(loaded.warnings.end(), loaded.data->warnings.begin(), loaded.data->warnings.end());
  return loaded;
}

}  // namespace

/// Watches the inner training for the callbacks.
struct Trainer::Session final : public train::TrainingObserver, public TrainingControl {
  Session(recipe::Config config, LoadedPictures loaded, const TrainingOptions& options)
      : pictures(std::move(loaded)),
        trainer(std::move(config), pictures.data, options.transform),
        on_step_call(options.on_step),
        on_epoch_call(options.on_epoch) {
    if (options.custom_loss) trainer.use_loss(options.custom_loss);
    trainer.observe(*this);
  }

  void stop() override { stopper.request_stop(); }
  void scale_learning_rate(double factor) override { trainer.scale_lr(factor); }

  void on_step(const StepMetrics& step) override {
    if (on_step_call) on_step_call(step, *this);
    for (TrainingCallback* callback : callbacks) callback->after_step(step, *this);
  }
  void on_epoch(const run::History& history, const recipe::Config&) override {
    if (on_epoch_call) on_epoch_call(history.back(), *this);
    for (TrainingCallback* callback : callbacks) callback->after_epoch(history.back(), *this);
  }
  void on_warning(const std::string& warning) override {
    pictures.warnings.push_back(warning);
    for (TrainingCallback* callback : callbacks) callback->on_warning(warning);
  }

  LoadedPictures pictures;
  train::Trainer trainer;
  std::function<void(const StepMetrics&, TrainingControl&)> on_step_call;
  std::function<void(const EpochMetrics&, TrainingControl&)> on_epoch_call;
  std::vector<TrainingCallback*> callbacks;
  std::stop_source stopper;
};

Trainer::Trainer(const graph::Graph& network, const Dataset& data, const TrainingOptions& options) {
  recipe::Config config = config_of(network, options);
  LoadedPictures loaded = load(data, options, config.input);
  session_ = new Session(std::move(config), std::move(loaded), options);
}
Trainer::~Trainer() {
  delete session_;
}
Trainer::Trainer(Trainer&& other) noexcept : session_(std::exchange(other.session_, nullptr)) {}
Trainer& Trainer::operator=(Trainer&& other) noexcept {
  std::swap(session_, other.session_);
  return *this;
}

void Trainer::add(TrainingCallback& callback) {
  session_->callbacks.push_back(&callback);
}
void Trainer::keep_checkpoint(const std::string& path, double interval_s) {
  session_->trainer.keep_checkpoint(path, interval_s);
}
void Trainer::resume(const std::string& checkpoint) {
  session_->trainer.resume(checkpoint);
}

TrainingResult Trainer::fit() {
  session_->stopper = std::stop_source();
  train::TrainingResult result = session_->trainer.fit(session_->stopper.get_token());
  return {std::move(result.history), result.stopped, result.stopped_early, result.kept_epoch};
}

Model Trainer::model() const {
  return to_public(session_->trainer.model());
}
const std::vector<std::string>& Trainer::classes() const {
  return session_->pictures.data->classes;
}
std::vector<std::string> Trainer::warnings() const {
  return session_->pictures.warnings;
}
std::vector<SkippedPicture> Trainer::skipped() const {
  return session_->pictures.skipped;
}

}  // namespace margay
