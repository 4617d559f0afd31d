// Writes the files of a run directory, and what its results mean.
#include "margay/workflow/run_files.h"

#include <limits>
#include <set>
#include <system_error>
#include <utility>

#include "margay/core/atomic_file.h"
#include "margay/core/file_system.h"
#include "margay/core/joined.h"
#include "margay/core/json_name.h"
#include "margay/core/output_file.h"
#include "margay/image/encode.h"
#include "margay/plot/curves.h"
#include "margay/plot/samples.h"
#include "margay/recipe/recipe.h"
#include "margay/run/environment.h"
#include "margay/run/predictions.h"
#include "margay/run/run_config.h"
#include "margay/text/decision_text.h"
#include "margay/train/decide.h"
#include "margay/workflow/decisions.h"
#include "margay/workflow/diagnosis_context.h"
#include "margay/workflow/evaluate_cache.h"
#include "margay/workflow/run_data.h"
#include "margay/workflow/run_report.h"

namespace margay::workflow {
namespace {

constexpr int kSamplePictures = 5;

image::Image augmented_row(const TrainingRequest& request, const std::vector<plot::ShownPicture>& pictures,
                           const augment::Pipeline& pipeline) {
  const uint64_t seed = request.config.training.seed;
  if (mixes_pictures(request)) return plot::draw_mixed(pictures, pipeline, seed);
  const plot::ShownPicture& first = pictures.front();
  return plot::draw_augmented(first.fitted, pipeline, kSamplePictures, seed, first.class_name);
}

/// Pictures of the training split with their classes, and one of them as augmentation changes it. A run that
/// goes on has them, unless they could not be written.
void write_pictures(const TrainingRequest& request, bool goes_on, const Warn& warn) {
  const recipe::Config& config = request.config;
  const run::RunDirectory& directory = request.directory;
  const auto pictures = plot::choose_pictures(request.data->classes, request.data->train, kSamplePictures,
                                              config.training.seed);
  if (!goes_on || !path_exists(directory.samples()))
    write_optional("samples.png", warn, [&] {
      write_output_file(directory.samples(), image::encode_png(plot::draw_samples(pictures, "train")));
    });
  const auto pipeline = augment::Pipeline::parse(config.augment);
  if (pipeline.empty() || (goes_on && path_exists(directory.augmented()))) return;
  write_optional("augmented.png", warn, [&] {
    write_output_file(directory.augmented(), image::encode_png(augmented_row(request, pictures, pipeline)));
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
  const Json list = path_exists(path) ? parse_json(read_text_file(path), path.string()) : Json::array();
  for (const Json& file : json_as<std::vector<Json>>(list, "the list", path.string()))
    (void)json_name(file, "path", path.string());
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
  for (const Json& file : list) listed.insert(json_name(file, "path", path.string()));
  const auto add = [&](const std::filesystem::path& file, const std::string& reason, bool used) {
    if (listed.insert(file.string()).second)
      list.push_back(with_path(file.string(), {{"reason", reason}, {"used", used}}));
  };
  for (const data::SkippedFile& file : request.data->skipped()) add(file.path, file.reason, false);
  for (const data::NotedFile& file : request.data->noted()) add(file.path, file.note, true);
  write_file_atomically(path, format_json(list, 2) + "\n");
}

/// Says what the history means, and what to do with the model.
void diagnose(const TrainingRequest& request, TrainingRun& run) {
  analysis::DiagnosisContext context =
      diagnosis_context(run.config, *request.data, run.result.history, request.directory);
  const LearnedValidation learned = learned_validation(request);
  context.learned_validation = learned.count;
  context.unknown_weights = learned.unknown_weights;
  context.ended_by_patience = run.result.stopped_early;
  context.has_model = path_exists(request.directory.model());
  run.diagnosis = analysis::diagnose(run.result.history, context);
  run.next_steps = analysis::next_steps(run.diagnosis, context, request.dataset.has_split("test"));
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
  write_optional("curves.png and curves.svg", warn, [&] {
    plot::write_curves({{run.config.source.recipe, run.result.history}}, run.directory.curves_png(),
                       run.directory.curves_svg());
  });
  write_optional("report.html", warn, [&] { write_run_report(request, run); });
}

}  // namespace

std::vector<analysis::Decision> all_decisions(const TrainingRequest& request, const recipe::Config& config) {
  if (request.resume) return remembered_decisions(request.directory.decisions());
  std::vector<analysis::Decision> decisions = request.decisions;
  for (analysis::Decision& decision : decisions_of(request.config, config, *request.data))
    decisions.push_back(std::move(decision));
  return decisions;
}

void write_beginnings(const TrainingRequest& request, const TrainingRun& run, bool goes_on,
                      bool has_other_pictures, const Warn& warn) {
  const run::RunDirectory& directory = request.directory;
  remove_abandoned_files(directory.root, [&](const std::string& name) { return directory.owns(name); });
  write_data_record(request, has_other_pictures);
  run::write_config(directory, run.config);
  write_environment(request, run.config);
  write_optional("decisions.json", warn, [&] {
    write_file_atomically(directory.decisions(),
                          format_json(text::to_json(run.decisions, *wording_of(request, run)), 2) + "\n");
  });
  write_skipped(request);
  write_pictures(request, goes_on, warn);
}

void judge(const TrainingRequest& request, const model::Model& model, TrainingRun& run) {
  diagnose(request, run);
  if (!request.data->validation || run.result.stopped) return;
  if (run.probabilities.empty())
    run.probabilities = predict_cache(model, *request.data->validation, run.config.training.threads);
  run.evaluation =
      predict::evaluate(request.data->classes, request.data->validation->labels(), run.probabilities);
}

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

void write_not_finite(const TrainingRequest& request, const run::History& history, TrainingRun& run,
                      const Warn& warn) {
  constexpr double kLost = std::numeric_limits<double>::quiet_NaN();
  run.result.history = history;
  run::EpochRecord lost = run.result.history.empty() ? run::EpochRecord{} : run.result.history.back();
  ++lost.epoch;
  for (double* value : {&lost.loss, &lost.accuracy, &lost.val_loss, &lost.val_accuracy}) *value = kLost;
  for (auto& [name, value] : lost.others) value = kLost;
  run.result.history.push_back(lost);
  diagnose(request, run);
  write_drawings(request, run, warn);
}

}  // namespace margay::workflow
