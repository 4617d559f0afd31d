// A Trainer hands on to its session; what libtorch throws ends here.
#include "margay/train/trainer.h"

#include <cmath>
#include <utility>

#include "margay/core/option_text.h"
#include "margay/engine/foreign_errors.h"
#include "margay/train/trainer_session.h"

namespace margay::train {

std::string libtorch_version() {
  return TORCH_VERSION;
}

Trainer::Trainer(recipe::Config config, std::shared_ptr<const TrainingData> data, CustomTransform transform)
    : session_(engine::translate_errors("train", [&] {
        require(config.training.method != recipe::Method::head, "train",
                "training.method = \"head\" fits the last layer at once and takes no steps",
                "`training.method=steps` trains all layers"_worded);
        return std::make_unique<Session>(std::move(config), std::move(data), std::move(transform));
      })) {}
Trainer::~Trainer() = default;
Trainer::Trainer(Trainer&&) noexcept = default;
Trainer& Trainer::operator=(Trainer&&) noexcept = default;

void Trainer::observe(TrainingObserver& observer) {
  session_->training.observers.push_back(&observer);
}

void Trainer::use_loss(CustomLoss loss) {
  session_->training.loss.replace(std::move(loss));
}

void Trainer::scale_lr(double factor) {
  require(std::isfinite(factor) && factor >= 0, "train", fmt::format("a rate times {}", factor),
          "a finite factor, at least 0");
  session_->training.lr_factor = factor;
}

void Trainer::keep_checkpoint(std::filesystem::path path, double interval_s) {
  session_->training.checkpoint_path = std::move(path);
  session_->training.checkpoint_interval_s = interval_s;
}

void Trainer::resume(const std::filesystem::path& checkpoint) {
  session_->resume(checkpoint);
}

void Trainer::begin_with(const graph::Weights& weights, PretrainedWeights pretrained) {
  engine::translate_errors("train", [&] { session_->begin_with(weights, std::move(pretrained)); });
}

TrainingResult Trainer::fit(std::stop_token stop) {
  return engine::translate_errors("train", [&] { return session_->fit(stop); });
}

std::optional<Ending> Trainer::ending() const {
  return session_->ending();
}

const run::History& Trainer::history() const {
  return session_->training.history;
}

void Trainer::count_time_from(std::chrono::steady_clock::time_point start) {
  session_->training.started = start;
}

void Trainer::halt_after(int epoch) {
  session_->training.halt_after_epoch = epoch;
}

run::RangeTestCurve Trainer::test_rates(const run::RangeTest& test, const ProgressObserver& progress,
                                        std::stop_token stop) {
  return engine::translate_errors("train", [&] { return session_->test_rates(test, progress, stop); });
}

const recipe::Config& Trainer::config() const {
  return session_->training.config;
}
model::Model Trainer::model() const {
  return session_->model();
}

}  // namespace margay::train
