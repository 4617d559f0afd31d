// The order of events around a training: what is written before, after every epoch, and at the end.
#include "margay/workflow/training_run.h"

#include <limits>
#include <set>
#include <system_error>
#include <utility>

#include "margay/core/atomic_file.h"
#include "margay/data/manifest.h"
#include "margay/image/encode.h"
#include "margay/model/model.h"
#include "margay/recipe/recipe.h"
#include "margay/report/curves.h"
#include "margay/report/samples.h"
#include "margay/report/shell_word.h"
#include "margay/run/environment.h"
#include "margay/run/predictions.h"
#include "margay/workflow/evaluate_cache.h"
#include "margay/workflow/event_recorder.h"
#include "margay/workflow/run_report.h"

namespace margay::workflow {
namespace {

constexpr int kSamplePictures = 5;

bool is_there(const std::filesystem::path& path) {
  std::error_code unreadable;
  return std::filesystem::exists(path, unreadable);
}

/// Writes the history after each epoch, so that whoever looks sees the run as it is. A run that is resumed
/// may have got further than the checkpoint that it goes on from: its history goes back to that.
class Recorder : public train::TrainingObserver {
 public:
  explicit Recorder(run::RunDirectory directory) : directory_(std::move(directory)) {}

  void on_start(const train::TrainingStart& start) override {
    if (!start.history.empty() || is_there(directory_.history_jsonl())) write(start.history);
  }
  void on_epoch(const run::History& history, const recipe::Config&) override { write(history); }

 private:
  void write(const run::History& history) const {
    write_file_atomically(directory_.history_csv(), run::to_csv(history));
    write_file_atomically(directory_.history_jsonl(), run::to_jsonl(history));
  }

  run::RunDirectory directory_;
};

/// Pictures of the training split with their classes, and one of them as augmentation changes it.
void write_pictures(const TrainingRequest& request) {
  const recipe::Config& config = request.config;
  const auto pictures = report::choose_pictures(request.data->classes, request.data->train, kSamplePictures,
                                                config.training.seed);
  const image::Image samples = report::draw_samples(pictures, "train");
  write_file_atomically(request.directory.samples(), image::encode_png(samples));
  const auto pipeline = augment::Pipeline::parse(config.augment);
  if (pipeline.empty()) return;
  const report::ShownPicture& first = pictures.front();
  const image::Image row = mixes_pictures(request)
                               ? report::draw_mixed(pictures, pipeline, config.training.seed)
                               : report::draw_augmented(first.fitted, pipeline, kSamplePictures,
                                                        config.training.seed, first.class_name);
  write_file_atomically(request.directory.augmented(), image::encode_png(row));
}

void write_environment(const TrainingRequest& request) {
  Json environment = run::describe_environment(request.command_line);
  environment["libtorch"] = train::libtorch_version();
  write_file_atomically(request.directory.environment(), format_json(environment, 2) + "\n");
}

/// Files that are not used at all, then those that are used in part. A run that is resumed sees the pictures
/// of its manifest alone: what it left out at first stays in the list.
void write_skipped(const TrainingRequest& request) {
  const std::filesystem::path path = request.directory.skipped();
  Json list =
      request.resume && is_there(path) ? parse_json(read_text_file(path), path.string()) : Json::array();
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

report::DiagnosisContext context_of(const TrainingRequest& request) {
  const train::TrainingData& data = *request.data;
  report::DiagnosisContext context;
  context.classes = static_cast<int>(data.classes.size());
  context.train_count = static_cast<int64_t>(data.train.size());
  context.validation_count = data.validation ? static_cast<int64_t>(data.validation->size()) : 0;
  context.majority_share = majority_share(data.train);
  context.regularized = !request.config.augment.empty();
  context.recipe = request.config.source.recipe;
  context.run_path = request.directory.root.string();
  context.data_path = request.data_name.empty() ? request.config.source.data.string() : request.data_name;
  return context;
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
void write_beginnings(const TrainingRequest& request, const recipe::Config& config, bool goes_on) {
  const run::RunDirectory& directory = request.directory;
  remove_abandoned_files(directory.root, [&](const std::string& name) { return directory.owns(name); });
  if (!request.resume) write_file_atomically(directory.manifest(), data::format_manifest(request.dataset));
  write_file_atomically(directory.config(), recipe::format_toml(config.to_document()));
  write_environment(request);
  write_skipped(request);
  if (!goes_on) write_pictures(request);
}

/// Says what the history means, and asks the model about the validation pictures.
void judge(const TrainingRequest& request, const model::Model& model, TrainingRun& run) {
  run.diagnosis = report::diagnose(run.result.history, context_of(request));
  if (!request.data->validation || run.result.stopped) return;
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

/// What every run has, however early it was stopped.
void write_results(const TrainingRequest& request, const train::Trainer& trainer, TrainingRun& run) {
  const model::Model model = trainer.model();
  // Of the model that is replaced; a folder that refuses this refuses the model too.
  std::error_code refused;
  std::filesystem::remove(run.directory.predictions(), refused);
  model::save_model(run.directory.model(), model);
  if (run.result.history.empty()) return;
  report::write_curves({{run.config.source.recipe, run.result.history}}, run.directory.curves_png(),
                       run.directory.curves_svg());
  judge(request, model, run);
  if (!run.probabilities.empty()) write_predictions(request, run);
  write_run_report(request, run);
}

/// A training whose loss is lost has no model, but its curves and what they mean are worth a look.
void write_not_finite(const TrainingRequest& request, const train::Trainer& trainer, TrainingRun& run) {
  constexpr double kLost = std::numeric_limits<double>::quiet_NaN();
  run.result.history = trainer.history();
  run::EpochRecord lost = run.result.history.empty() ? run::EpochRecord{} : run.result.history.back();
  ++lost.epoch;
  for (double* value : {&lost.loss, &lost.accuracy, &lost.val_loss, &lost.val_accuracy}) *value = kLost;
  for (auto& [name, value] : lost.others) value = kLost;
  run.result.history.push_back(lost);
  run.diagnosis = report::diagnose(run.result.history, context_of(request));
  report::write_curves({{run.config.source.recipe, run.result.history}}, run.directory.curves_png(),
                       run.directory.curves_svg());
  write_run_report(request, run);
}

}  // namespace

recipe::Config read_run_config(const run::RunDirectory& directory) {
  const std::string text = read_text_file(run::RunDirectory::open(directory.root).config());
  return recipe::Config::from_document(recipe::parse_toml(text, directory.config().string()),
                                       directory.config().string());
}

TrainingRun train_in_directory(const TrainingRequest& request,
                               std::span<train::TrainingObserver* const> observers,
                               std::stop_token stop) try {
  const run::RunDirectory& directory = request.directory;
  const bool goes_on = can_go_on(request);
  train::Trainer trainer(request.config, request.data);
  Recorder recorder(directory);
  EventRecorder events(directory, goes_on);
  trainer.observe(recorder);
  trainer.observe(events);
  for (train::TrainingObserver* observer : observers) trainer.observe(*observer);
  trainer.keep_checkpoint(directory.checkpoint(), request.checkpoint_interval_s);
  if (request.halt_after_epoch) trainer.halt_after(*request.halt_after_epoch);
  if (goes_on) trainer.resume(directory.checkpoint());
  if (request.resume && !goes_on)
    for (train::TrainingObserver* observer : observers)
      observer->on_warning(
          fmt::format("{} ended before its first checkpoint: it begins anew", directory.root.string()));
  write_beginnings(request, trainer.config(), goes_on);

  TrainingRun run;
  run.config = trainer.config();
  run.directory = directory;
  try {
    run.result = trainer.fit(stop);
  } catch (const train::NotFiniteError&) {
    write_not_finite(request, trainer, run);
    throw;
  }
  write_results(request, trainer, run);
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
  run.result.kept_epoch = json_value<int>(model.provenance, "epoch", run.directory.model().string());
  judge(request, model, run);
  return run;
}

}  // namespace margay::workflow
