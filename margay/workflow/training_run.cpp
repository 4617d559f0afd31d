// The order of events around a training: what is written before, after every epoch, and at the end.
#include "margay/workflow/training_run.h"

#include <limits>
#include <set>
#include <system_error>
#include <utility>

#include "margay/core/atomic_file.h"
#include "margay/core/commit.h"
#include "margay/core/version.h"
#include "margay/image/encode.h"
#include "margay/model/model.h"
#include "margay/recipe/recipe.h"
#include "margay/report/curves.h"
#include "margay/report/phrases.h"
#include "margay/report/samples.h"
#include "margay/report/shell_word.h"
#include "margay/run/environment.h"
#include "margay/run/predictions.h"
#include "margay/train/decide.h"
#include "margay/train/finite.h"
#include "margay/workflow/decisions.h"
#include "margay/workflow/diagnosis_context.h"
#include "margay/workflow/evaluate_cache.h"
#include "margay/workflow/event_recorder.h"
#include "margay/workflow/optional_output.h"
#include "margay/workflow/run_data.h"
#include "margay/workflow/run_report.h"
#include "margay/workflow/transfer.h"

namespace margay::workflow {
namespace {

constexpr int kSamplePictures = 5;

bool is_there(const std::filesystem::path& path) {
  std::error_code unreadable;
  return std::filesystem::exists(path, unreadable);
}

void write_config(const run::RunDirectory& directory, const recipe::Config& config) {
  write_file_atomically(directory.config(), recipe::format_toml(config.to_document()));
}

/// Writes the history after each epoch, so that whoever looks sees the run as it is. A run that is resumed
/// may have got further than the checkpoint that it goes on from: its history goes back to that.
class Recorder : public train::TrainingObserver {
 public:
  explicit Recorder(run::RunDirectory directory) : directory_(std::move(directory)) {}

  void on_start(const train::TrainingStart& start) override {
    epochs_ = start.config.training.epochs;
    if (!start.history.empty() || is_there(directory_.history_jsonl())) write(start.history);
  }
  void on_epoch(const run::History& history, const recipe::Config& config) override {
    write(history);
    // A budget of time decides on the way how many there will be.
    if (epochs_ != config.training.epochs) write_config(directory_, config);
    epochs_ = config.training.epochs;
  }

 private:
  void write(const run::History& history) const {
    write_file_atomically(directory_.history_csv(), run::to_csv(history));
    write_file_atomically(directory_.history_jsonl(), run::to_jsonl(history));
  }

  run::RunDirectory directory_;
  int epochs_ = 0;
};

image::Image augmented_row(const TrainingRequest& request, const std::vector<report::ShownPicture>& pictures,
                           const augment::Pipeline& pipeline) {
  const uint64_t seed = request.config.training.seed;
  if (mixes_pictures(request)) return report::draw_mixed(pictures, pipeline, seed);
  const report::ShownPicture& first = pictures.front();
  return report::draw_augmented(first.fitted, pipeline, kSamplePictures, seed, first.class_name);
}

/// Pictures of the training split with their classes, and one of them as augmentation changes it. A run that
/// goes on has them, unless they could not be written.
void write_pictures(const TrainingRequest& request, bool goes_on, const Warn& warn) {
  const recipe::Config& config = request.config;
  const run::RunDirectory& directory = request.directory;
  const auto pictures = report::choose_pictures(request.data->classes, request.data->train, kSamplePictures,
                                                config.training.seed);
  if (!goes_on || !is_there(directory.samples()))
    write_optional("samples.png", warn, [&] {
      write_file_atomically(directory.samples(), image::encode_png(report::draw_samples(pictures, "train")));
    });
  const auto pipeline = augment::Pipeline::parse(config.augment);
  if (pipeline.empty() || (goes_on && is_there(directory.augmented()))) return;
  write_optional("augmented.png", warn, [&] {
    write_file_atomically(directory.augmented(),
                          image::encode_png(augmented_row(request, pictures, pipeline)));
  });
}

void write_environment(const TrainingRequest& request, const recipe::Config& config) {
  Json environment = run::describe_environment(request.command_line);
  environment["libtorch"] = train::libtorch_version();
  if (!config.source.weights_sha256.empty()) environment["weights_sha256"] = config.source.weights_sha256;
  write_file_atomically(request.directory.environment(), format_json(environment, 2) + "\n");
}

/// Empty where there is no such list, or one that was damaged: it only tells, and no training is held up by
/// it.
Json read_skipped(const std::filesystem::path& path) try {
  const Json list = is_there(path) ? parse_json(read_text_file(path), path.string()) : Json::array();
  for (const Json& file : json_as<std::vector<Json>>(list, "the list", path.string()))
    json_value<std::string>(file, "path", path.string());
  return list;
} catch (const Error&) {
  return Json::array();
}

/// Files that are not used at all, then those that are used in part. A run that is resumed sees the pictures
/// of its manifest alone: what it left out at first stays in the list.
void write_skipped(const TrainingRequest& request) {
  const std::filesystem::path path = request.directory.skipped();
  Json list = request.resume ? read_skipped(path) : Json::array();
  std::set<std::string> listed;
  for (const Json& file : list) listed.insert(json_value<std::string>(file, "path", path.string()));
  const auto add = [&](const std::filesystem::path& file, const std::string& reason, bool used) {
    if (listed.insert(file.string()).second)
      list.push_back({{"path", file.string()}, {"reason", reason}, {"used", used}});
  };
  for (const data::SkippedFile& file : request.data->skipped()) add(file.path, file.reason, false);
  for (const data::NotedFile& file : request.data->noted()) add(file.path, file.note, true);
  write_file_atomically(path, format_json(list, 2) + "\n");
}

/// Says what the history means, and what to do with the model.
void diagnose(const TrainingRequest& request, TrainingRun& run) {
  const report::DiagnosisContext context =
      diagnosis_context(run.config, *request.data, run.result.history, request.directory, request.data_name);
  run.diagnosis = report::diagnose(run.result.history, context);
  run.next_steps = report::next_steps(run.diagnosis, context, request.dataset.has_split("test"));
}

/// Decisions that a run which goes on was begun with are not made again.
std::vector<report::Decision> all_decisions(const TrainingRequest& request, const recipe::Config& config) {
  if (request.resume) return remembered_decisions(request.directory.decisions());
  std::vector<report::Decision> decisions = request.decisions;
  for (report::Decision& decision : decisions_of(request.config, config, *request.data))
    decisions.push_back(std::move(decision));
  return decisions;
}

bool has_checkpoint(const run::RunDirectory& directory) {
  return is_there(directory.checkpoint()) || is_there(directory.previous_checkpoint());
}

/// Whether there is a checkpoint to go on from. A run that was killed before its first begins anew; one that
/// has come to a model does not, because that would be lost.
bool can_go_on(const TrainingRequest& request) {
  const run::RunDirectory& directory = request.directory;
  if (!request.resume || has_checkpoint(directory)) return request.resume;
  require(!is_there(directory.model()), "run",
          fmt::format("{} has a model but no {} to go on from", directory.root.string(),
                      directory.checkpoint().filename().string()),
          fmt::format("train again: margay train {} --recipe {} --out OTHER",
                      report::shell_word(request.config.source.data.string()),
                      report::shell_word(directory.config().string())));
  return false;
}

/// What to do when a file of the run could not be written, which costs what came after the last checkpoint.
std::string way_on(const run::RunDirectory& directory) {
  const std::string root = report::shell_word(directory.root.string());
  if (!is_there(directory.root)) return fmt::format("the folder {} is gone: train again", root);
  if (!has_checkpoint(directory)) return {};
  return fmt::format("margay train --resume {} goes on from the last checkpoint", root);
}

/// The error with a hint that goes on with `advice`.
IoError with_advice(const IoError& error, const std::string& advice) {
  const std::string reason = reason_of(error), mark = " Hint: ";
  if (advice.empty()) return error;
  const size_t hint = reason.find(mark);
  if (hint == reason.npos) return IoError("train", reason, advice);
  return IoError("train", reason.substr(0, hint), reason.substr(hint + mark.size()) + "; then " + advice);
}

/// What is there before the first step. Whoever resumes needs the manifest and the configuration, which are
/// first.
void write_beginnings(const TrainingRequest& request, const TrainingRun& run, bool goes_on,
                      bool has_other_pictures, const Warn& warn) {
  const run::RunDirectory& directory = request.directory;
  remove_abandoned_files(directory.root, [&](const std::string& name) { return directory.owns(name); });
  write_data_record(request, has_other_pictures);
  write_config(directory, run.config);
  write_environment(request, run.config);
  write_optional("decisions.json", warn, [&] {
    write_file_atomically(directory.decisions(), format_json(report::to_json(run.decisions), 2) + "\n");
  });
  write_skipped(request);
  write_pictures(request, goes_on, warn);
}

/// Diagnoses the run, and asks the model about the validation pictures.
void judge(const TrainingRequest& request, const model::Model& model, TrainingRun& run) {
  diagnose(request, run);
  if (!request.data->validation || run.result.stopped) return;
  if (run.probabilities.empty())
    run.probabilities = predict_cache(model, *request.data->validation, run.config.training.threads);
  run.evaluation =
      predict::evaluate(request.data->classes, request.data->validation->labels(), run.probabilities);
}

void write_predictions(const TrainingRequest& request, const TrainingRun& run) {
  const data::DecodedCache& validation = *request.data->validation;
  std::vector<std::filesystem::path> paths;
  for (size_t i = 0; i < validation.size(); ++i) paths.push_back(validation.path(i));
  write_file_atomically(
      run.directory.predictions(),
      run::predictions_csv(request.data->classes, paths, validation.labels(), run.probabilities));
}

/// What is drawn from the results.
void write_drawings(const TrainingRequest& request, const TrainingRun& run, const Warn& warn) {
  write_optional("curves.png", warn, [&] {
    report::write_curves({{run.config.source.recipe, run.result.history}}, run.directory.curves_png(),
                         run.directory.curves_svg());
  });
  write_optional("report.html", warn, [&] { write_run_report(request, run); });
}

/// What every run has, however early it was stopped.
void write_results(const TrainingRequest& request, const model::Model& model, TrainingRun& run,
                   const Warn& warn) {
  // Of the model that is replaced; a folder that refuses this refuses the model too.
  std::error_code refused;
  std::filesystem::remove(run.directory.predictions(), refused);
  model::save_model(run.directory.model(), model);
  if (run.result.history.empty()) return;
  judge(request, model, run);
  if (!run.probabilities.empty()) write_predictions(request, run);
  write_drawings(request, run, warn);
}

/// A training whose loss is lost has no model, but its curves and what they mean are worth a look.
void write_not_finite(const TrainingRequest& request, const train::Trainer& trainer, TrainingRun& run,
                      const Warn& warn) {
  constexpr double kLost = std::numeric_limits<double>::quiet_NaN();
  run.result.history = trainer.history();
  run::EpochRecord lost = run.result.history.empty() ? run::EpochRecord{} : run.result.history.back();
  ++lost.epoch;
  for (double* value : {&lost.loss, &lost.accuracy, &lost.val_loss, &lost.val_accuracy}) *value = kLost;
  for (auto& [name, value] : lost.others) value = kLost;
  run.result.history.push_back(lost);
  diagnose(request, run);
  write_drawings(request, run, warn);
}

/// Tells everybody who watches, in order.
class Observers {
 public:
  Observers(std::vector<train::TrainingObserver*> observers) : observers_(std::move(observers)) {}
  template <class Call>
  void operator()(const Call& call) const {
    for (train::TrainingObserver* observer : observers_) call(*observer);
  }
  /// As something to call with a warning; valid as long as these are.
  Warn warn() const {
    return [this](const std::string& warning) {
      (*this)([&](train::TrainingObserver& observer) { observer.on_warning(warning); });
    };
  }

 private:
  std::vector<train::TrainingObserver*> observers_;
};

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
  for (const head::DecayScore& score : fit.head.scores)
    scores.push_back({{"decay", score.decay}, {"loss", score.loss}, {"accuracy", score.accuracy}});
  model::Model model;
  model.graph = recipe::build_network(config, static_cast<int>(config.source.classes.size()));
  model.weights = fit.weights;
  model.classes = config.source.classes;
  model.preprocess = config.input;
  model.provenance = {{"margay", kVersion},
                      {"commit", commit()},
                      {"recipe", config.source.recipe},
                      {"data", config.source.data.filename().string()},
                      {"seed", config.training.seed},
                      {"weights", config.network.weights},
                      {"weights_sha256", config.source.weights_sha256},
                      {"head", {{"decay", fit.head.decay}, {"steps", fit.head.steps}, {"held_out", scores}}},
                      {"epoch", 1},
                      {"accuracy", fit.head.accuracy}};
  if (!config.network.name.empty()) model.provenance["network"] = config.network.name;
  return model;
}

/// The fit as the one epoch of a history.
run::EpochRecord record_of(const HeadFit& fit, const predict::Evaluation& validation) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  const bool validated = validation.count > 0;
  head::DecayScore chosen{fit.head.decay, kNone, kNone};
  for (const head::DecayScore& score : fit.head.scores)
    if (score.decay == fit.head.decay) chosen = score;
  return {.epoch = 1,
          .seconds = fit.seconds,
          .images_per_second = fit.images_per_second,
          .learning_rate = kNone,
          .loss = fit.head.loss,
          .accuracy = fit.head.accuracy,
          .val_loss = validated ? validation.loss : kNone,
          .val_accuracy = validated ? validation.accuracy : kNone,
          .others = {{run::kBalancedAccuracy, validated ? validation.balanced_accuracy : kNone},
                     {run::kDecay, chosen.decay},
                     {run::kHeldOutLoss, chosen.loss},
                     {run::kHeldOutAccuracy, chosen.accuracy}}};
}

report::Decision decision_of(const HeadFit& fit) {
  return {"decay of the head", fmt::format("{:g}", fit.head.decay),
          fmt::format("of {} it has the lowest loss on training pictures that were held out",
                      report::counted(static_cast<int64_t>(fit.head.scores.size()), "decay"))};
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
      .given = start.given};
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

/// A training whose one epoch fits the last layer.
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
  train::require_finite(model.weights, "head");
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

/// The head that steps of the whole network begin with. False when stopped, which leaves nothing to go on
/// from.
bool begin_with_head(const TrainingRequest& request, train::Trainer& trainer, const Observers& tell,
                     const std::stop_token& stop) try {
  HeadStart start = begin_head(trainer.config(), *request.data);
  train::GivenWeights given = std::move(start.given);
  const HeadFit fit =
      fit_head(trainer.config(), *request.data, std::move(start), head_options(request, tell, stop));
  trainer.begin_with(fit.weights, std::move(given));
  return true;
} catch (const Interrupted&) {
  return false;
}

}  // namespace

std::string_view name_of(Saved saved) {
  if (saved == Saved::features) return "features";
  return saved == Saved::nothing ? "nothing" : "everything";
}

recipe::Config read_run_config(const run::RunDirectory& directory) {
  const std::string text = read_text_file(run::RunDirectory::open(directory.root).config());
  return recipe::Config::from_document(recipe::parse_toml(text, directory.config().string()),
                                       directory.config().string());
}

TrainingRun train_in_directory(const TrainingRequest& request,
                               std::span<train::TrainingObserver* const> observers,
                               std::stop_token stop) try {
  const run::RunDirectory& directory = request.directory;
  const auto lock = request.lock ? request.lock : std::make_shared<const run::FolderLock>(directory.root);
  if (!request.resume) run::RunDirectory::create(directory.root, request.existing);
  const bool goes_on = can_go_on(request);
  Recorder recorder(directory);
  const Observers watchers({observers.begin(), observers.end()});
  EventRecorder events(directory, goes_on, watchers.warn());
  std::vector<train::TrainingObserver*> all{&recorder, &events};
  all.insert(all.end(), observers.begin(), observers.end());
  const Observers tell(std::move(all));
  const recipe::Method method = request.config.training.method;
  const DataCheck check = check_data(request);
  for (const std::string& warning : check.warnings) tell.warn()(warning);
  if (method == recipe::Method::head)
    return fit_head_in_directory(request, tell, goes_on, check.has_changed, stop);
  train::Trainer trainer(request.config, request.data);
  trainer.observe(recorder);
  trainer.observe(events);
  for (train::TrainingObserver* observer : observers) trainer.observe(*observer);
  trainer.keep_checkpoint(directory.checkpoint(), request.checkpoint_interval_s);
  if (request.started) trainer.count_time_from(*request.started);
  if (request.halt_after_epoch) trainer.halt_after(*request.halt_after_epoch);
  if (goes_on) trainer.resume(directory.checkpoint());
  if (request.resume && !goes_on)
    tell.warn()(fmt::format("{} ended before its first checkpoint: it begins anew", directory.root.string()));

  TrainingRun run;
  run.config = trainer.config();
  run.directory = directory;
  run.decisions = all_decisions(request, run.config);
  write_beginnings(request, run, goes_on, check.has_changed, tell.warn());
  if (method == recipe::Method::finetune && !goes_on && !begin_with_head(request, trainer, tell, stop)) {
    run.result.stopped = true;
    run.saved = Saved::nothing;
    return run;
  }
  try {
    run.result = trainer.fit(stop);
    run.config = trainer.config();
    // How a budget was kept to is known at its end.
    if (run.config.budget.seconds > 0) write_config(directory, run.config);
  } catch (const train::NotFiniteError&) {
    write_not_finite(request, trainer, run, tell.warn());
    throw;
  }
  write_results(request, trainer.model(), run, tell.warn());
  return run;
} catch (const IoError& error) {
  throw with_advice(error, way_on(request.directory));
}

TrainingRun read_run(const TrainingRequest& request) {
  TrainingRun run;
  run.config = read_run_config(request.directory);
  run.directory = request.directory;
  run.result.history = run::read_history(run.directory.history_jsonl());
  const model::Model model = model::load_model(run.directory.model());
  run.decisions = remembered_decisions(run.directory.decisions());
  run.result.kept_epoch = json_value<int>(model.provenance, "epoch", run.directory.model().string());
  judge(request, model, run);
  return run;
}

}  // namespace margay::workflow
