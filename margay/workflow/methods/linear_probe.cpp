// Fits the last layer to the features of the others, at once: a training of one epoch.

#include <limits>
#include <system_error>
#include <utility>

#include "margay/text/phrases.h"
#include "margay/train/decide.h"
#include "margay/train/provenance.h"
#include "margay/workflow/evaluate_cache.h"
#include "margay/workflow/methods/method.h"
#include "margay/workflow/transfer.h"

namespace margay::workflow {
namespace {

/// What there is to begin with: of a checkpoint, where one is whole.
HeadStart start_of(const TrainingRequest& request, const recipe::Config& config, bool goes_on,
                   const Observers& tell) {
  if (!goes_on) return begin_head(config, *request.data);
  try {
    return resume_head(config, *request.data, request.directory.checkpoint());
  } catch (const FormatError& error) {
    tell.warn()(fmt::format("{}: the features are computed anew", reason_of(error)));
    return begin_head(config, *request.data);
  }
}

model::Model model_of(const recipe::Config& config, const HeadFit& fit) {
  Json scores = Json::array();
  for (const head::L2Score& score : fit.head.scores)
    scores.push_back({{"l2", score.l2}, {"loss", score.loss}, {"accuracy", score.accuracy}});
  model::Model model;
  model.graph = recipe::build_network(config, static_cast<int>(config.source.classes.size()));
  model.weights = fit.weights;
  model.classes = config.source.classes;
  model.preprocess = config.input;
  model.provenance = train::provenance_of(config);
  model.provenance["head"] = {{"l2", fit.head.l2}, {"steps", fit.head.steps}, {"held_out", scores}};
  model.provenance["epoch"] = 1;
  model.provenance["accuracy"] = fit.head.accuracy;
  return model;
}

/// The fit as the one epoch of a history.
run::EpochRecord record_of(const HeadFit& fit, const predict::Evaluation& validation) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  const bool validated = validation.count > 0;
  head::L2Score chosen{fit.head.l2, kNone, kNone};
  for (const head::L2Score& score : fit.head.scores)
    if (score.l2 == fit.head.l2) chosen = score;
  return {.epoch = 1,
          .seconds = fit.seconds,
          .images_per_second = fit.images_per_second,
          .learning_rate = kNone,
          .loss = fit.head.loss,
          .accuracy = fit.head.accuracy,
          .val_loss = validated ? validation.loss : kNone,
          .val_accuracy = validated ? validation.accuracy : kNone,
          .others = {{run::kBalancedAccuracy, validated ? validation.balanced_accuracy : kNone},
                     {run::kL2, chosen.l2},
                     {run::kHeldOutLoss, chosen.loss},
                     {run::kHeldOutAccuracy, chosen.accuracy}}};
}

analysis::Decision decision_of(const HeadFit& fit) {
  return {.setting = "L2 strength of the head",
          .value = fmt::format("{:g}", fit.head.l2),
          .code = analysis::DecisionCode::head_strength,
          .fields = {std::to_string(fit.head.scores.size())}};
}

void announce_head(const TrainingRequest& request, const recipe::Config& config, const HeadStart& start,
                   const Observers& tell) {
  const run::History none;
  const train::TrainingStart snapshot{
      .config = config,
      .training_pictures = request.data->train.size(),
      .validation_pictures = request.data->validation ? request.data->validation->size() : 0,
      .steps_per_epoch = 0,
      .history = none,
      .pretrained = start.pretrained};
  tell([&](train::TrainingObserver& observer) { observer.on_start(snapshot); });
}

class LinearProbe : public Method {
 public:
  explicit LinearProbe(const MethodRequest& request)
      : request_(request.training),
        tell_(request.observers),
        config_(train::decide(request_.config, *request_.data)),
        start_(start_of(request_, config_, request.goes_on, tell_)) {}

  const recipe::Config& config() const override { return config_; }
  const run::History& history() const override { return history_; }
  std::optional<model::Model> train(TrainingRun& run, std::stop_token stop) override;
  /// The features are of no more use.
  void finish() override {
    std::error_code refused;
    std::filesystem::remove(request_.directory.checkpoint(), refused);
  }

 private:
  HeadOptions options(std::stop_token stop);
  void measure(const model::Model& model, TrainingRun& run) const;

  const TrainingRequest& request_;
  Observers tell_;
  recipe::Config config_;
  HeadStart start_;
  run::History history_;
};

HeadOptions LinearProbe::options(std::stop_token stop) {
  return {
      .progress = tell_.progress(),
      .stop = std::move(stop),
      .checkpoint = request_.directory.checkpoint(),
      .checkpoint_interval_s = request_.checkpoint_interval_s,
      .on_checkpoint = [this](size_t done) {
        const train::CheckpointSnapshot written{request_.directory.checkpoint(), 1, static_cast<int>(done)};
        tell_([&](train::TrainingObserver& observer) { observer.on_checkpoint(written); });
      }};
}

void LinearProbe::measure(const model::Model& model, TrainingRun& run) const {
  if (!request_.data->validation) return;
  run.probabilities = predict_cache(model, *request_.data->validation, config_.training.threads);
  run.evaluation = predict::evaluate(model.classes, request_.data->validation->labels(), run.probabilities);
}

std::optional<model::Model> LinearProbe::train(TrainingRun& run, std::stop_token stop) {
  announce_head(request_, config_, start_, tell_);
  HeadFit fit;
  try {
    fit = fit_head(config_, *request_.data, std::move(start_), options(std::move(stop)));
  } catch (const Interrupted&) {
    run.result.stopped = true;
    run.saved = Saved::features;
    return {};
  }
  model::Model model = model_of(config_, fit);
  graph::require_finite(model.weights, "head");
  measure(model, run);
  if (!fit.head.scores.empty()) run.decisions.push_back(decision_of(fit));
  run.result.history = history_ = {record_of(fit, run.evaluation)};
  run.result.kept_epoch = 1;
  tell_([&](train::TrainingObserver& observer) { observer.on_epoch(history_, config_); });
  return model;
}

}  // namespace

std::unique_ptr<Method> make_linear_probe(const MethodRequest& request) {
  return std::make_unique<LinearProbe>(request);
}

}  // namespace margay::workflow
