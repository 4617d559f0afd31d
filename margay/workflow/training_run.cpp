// The order of events around a training: what is written before, after every epoch, and at the end.
#include "margay/workflow/training_run.h"

#include <system_error>
#include <utility>

#include "margay/core/atomic_file.h"
#include "margay/data/manifest.h"
#include "margay/image/encode.h"
#include "margay/model/model.h"
#include "margay/recipe/recipe.h"
#include "margay/report/curves.h"
#include "margay/report/samples.h"
#include "margay/run/environment.h"
#include "margay/run/predictions.h"
#include "margay/workflow/evaluate_cache.h"
#include "margay/workflow/event_recorder.h"
#include "margay/workflow/run_report.h"

namespace margay::workflow {
namespace {

constexpr int kSamplePictures = 5;

/// Writes the history after each epoch, so that whoever looks sees the run as it is.
class Recorder : public train::TrainingObserver {
 public:
  explicit Recorder(run::RunDirectory directory) : directory_(std::move(directory)) {}

  void on_epoch(const run::History& history, const recipe::Config&) override {
    write_file_atomically(directory_.history_csv(), run::to_csv(history));
    write_file_atomically(directory_.history_jsonl(), run::to_jsonl(history));
  }

 private:
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

/// Files that are not used at all, then those that are used in part.
void write_skipped(const TrainingRequest& request) {
  Json list = Json::array();
  for (const data::SkippedFile& file : request.data->skipped())
    list.push_back({{"path", file.path.string()}, {"reason", file.reason}, {"used", false}});
  for (const data::NotedFile& file : request.data->noted())
    list.push_back({{"path", file.path.string()}, {"reason", file.note}, {"used", true}});
  write_file_atomically(request.directory.skipped(), format_json(list, 2) + "\n");
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

std::filesystem::path find_checkpoint(const run::RunDirectory& directory) {
  require(std::filesystem::exists(directory.checkpoint()), "run",
          fmt::format("{} has no {}: it ended before the first was written", directory.root.string(),
                      directory.checkpoint().filename().string()),
          "train again, with another --out");
  return directory.checkpoint();
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

}  // namespace

recipe::Config read_run_config(const run::RunDirectory& directory) {
  const std::string text = read_text_file(run::RunDirectory::open(directory.root).config());
  return recipe::Config::from_document(recipe::parse_toml(text, directory.config().string()),
                                       directory.config().string());
}

TrainingRun train_in_directory(const TrainingRequest& request,
                               std::span<train::TrainingObserver* const> observers, std::stop_token stop) {
  train::Trainer trainer(request.config, request.data);
  if (request.resume) trainer.resume(find_checkpoint(request.directory));
  Recorder recorder(request.directory);
  EventRecorder events(request.directory, request.resume);
  trainer.observe(recorder);
  trainer.observe(events);
  for (train::TrainingObserver* observer : observers) trainer.observe(*observer);
  trainer.keep_checkpoint(request.directory.checkpoint());
  if (request.halt_after_epoch) trainer.halt_after(*request.halt_after_epoch);

  write_file_atomically(request.directory.config(), recipe::format_toml(trainer.config().to_document()));
  write_environment(request);
  write_skipped(request);
  if (!request.resume) {
    write_file_atomically(request.directory.manifest(), data::format_manifest(request.dataset));
    write_pictures(request);
  }

  TrainingRun run;
  run.config = trainer.config();
  run.directory = request.directory;
  run.result = trainer.fit(stop);
  write_results(request, trainer, run);
  return run;
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
