// A head that is fitted, with what a run directory has of it.
#include "margay/workflow/head_run.h"

#include <limits>
#include <system_error>
#include <utility>

#include "margay/report/phrases.h"
#include "margay/train/decide.h"
#include "margay/train/provenance.h"
#include "margay/workflow/evaluate_cache.h"
#include "margay/workflow/run_files.h"
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

report::Decision decision_of(const HeadFit& fit) {
  return {"L2 strength of the head", fmt::format("{:g}", fit.head.l2),
          fmt::format("of {} it has the lowest loss on training pictures that were held out",
                      report::counted(static_cast<int64_t>(fit.head.scores.size()), "strength"))};
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

/// How observers are told of a head that is being fitted.
HeadOptions head_options(const TrainingRequest& request, const Observers& tell, const std::stop_token& stop) {
  return {.progress =
              [&tell](const Progress& progress) {
                tell([&](train::TrainingObserver& observer) { observer.on_progress(progress); });
              },
          .stop = stop,
          .checkpoint_interval_s = request.checkpoint_interval_s};
}

}  // namespace

TrainingRun fit_head_in_directory(const TrainingRequest& request, const Observers& tell, bool goes_on,
                                  bool has_other_pictures, const std::stop_token& stop) {
  TrainingRun run;
  run.directory = request.directory;
  run.config = train::decide(request.config, *request.data);
  HeadStart start = start_of(request, run.config, goes_on, tell);
  run.decisions = all_decisions(request, run.config);
  write_beginnings(request, run, goes_on, has_other_pictures, tell.warn());
  announce_head(request, run.config, start, tell);
  HeadOptions options = head_options(request, tell, stop);
  options.checkpoint = run.directory.checkpoint();
  options.on_checkpoint = [&](size_t done) {
    const train::CheckpointSnapshot written{run.directory.checkpoint(), 1, static_cast<int>(done)};
    tell([&](train::TrainingObserver& observer) { observer.on_checkpoint(written); });
  };
  HeadFit fit;
  try {
    fit = fit_head(run.config, *request.data, std::move(start), options);
  } catch (const Interrupted&) {
    run.result.stopped = true;
    run.saved = Saved::features;
    return run;
  }
  const model::Model model = model_of(run.config, fit);
  graph::require_finite(model.weights, "head");
  if (request.data->validation) {
    run.probabilities = predict_cache(model, *request.data->validation, run.config.training.threads);
    run.evaluation = predict::evaluate(model.classes, request.data->validation->labels(), run.probabilities);
  }
  if (!fit.head.scores.empty()) run.decisions.push_back(decision_of(fit));
  run.result.history = {record_of(fit, run.evaluation)};
  run.result.kept_epoch = 1;
  tell([&](train::TrainingObserver& observer) { observer.on_epoch(run.result.history, run.config); });
  write_results(request, model, run, tell.warn());
  std::error_code refused;
  std::filesystem::remove(run.directory.checkpoint(), refused);
  return run;
}

bool begin_with_head(const TrainingRequest& request, train::Trainer& trainer, const Observers& tell,
                     const std::stop_token& stop) try {
  HeadStart start = begin_head(trainer.config(), *request.data);
  train::PretrainedWeights pretrained = std::move(start.pretrained);
  const HeadFit fit =
      fit_head(trainer.config(), *request.data, std::move(start), head_options(request, tell, stop));
  trainer.begin_with(fit.weights, std::move(pretrained));
  return true;
} catch (const Interrupted&) {
  return false;
}

}  // namespace margay::workflow
