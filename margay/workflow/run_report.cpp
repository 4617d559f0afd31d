// Gathers what report.html shows.
#include "margay/workflow/run_report.h"

#include <cmath>
#include <filesystem>

#include "margay/augment/pipeline.h"
#include "margay/core/atomic_file.h"
#include "margay/core/commit.h"
#include "margay/core/file_system.h"
#include "margay/core/shell_word.h"
#include "margay/core/version.h"
#include "margay/graph/summary.h"
#include "margay/report/phrases.h"
#include "margay/report/report_page.h"

namespace margay::workflow {
namespace {

std::vector<report::SplitCounts> used_pictures(const train::TrainingData& data) {
  std::vector<report::SplitCounts> splits;
  const auto add = [&](const char* name, const data::DecodedCache& cache) {
    report::SplitCounts split{name, std::vector<int64_t>(data.classes.size())};
    for (const int label : cache.labels()) ++split.counts[static_cast<size_t>(label)];
    splits.push_back(std::move(split));
  };
  add("train", data.train);
  if (data.validation) add("validation", *data.validation);
  return splits;
}

/// Why the command that repeats the run makes other weights; empty where it makes the same.
std::string repeat_note(const TrainingRequest& request, const TrainingRun& run) {
  if (run.result.stopped)
    return "This training was stopped before its end; the command goes on to it, and makes other weights.";
  if (run.config.budget.seconds > 0 && !run.config.recorded_length.is_recorded())
    return "This training kept to a budget of time in several sessions: the command trains as many epochs, "
           "and makes "
           "other weights.";
  if (request.resume)
    return "This training went on after a break. Where --epochs, --threads, --precision or pictures changed "
           "then, the "
           "command makes other weights.";
  return {};
}

/// Commands that make the run again from its own files, and what else that depends on.
void fill_repetition(report::RunReport& page, const TrainingRequest& request, const TrainingRun& run) {
  const std::string manifest = run.directory.manifest().string();
  const std::vector<std::string> reading = recipe::manifest_words(run.config.source.reading);
  const std::string root = run.directory.root.string();
  std::vector<std::string> repeat{
      "margay", "train", manifest, "--recipe", run.directory.config().string(), "--out", root + "-again"};
  if (!request.data->skipped().empty()) repeat.emplace_back("--allow-broken");  // the manifest has them too
  repeat.insert(repeat.end(), reading.begin(), reading.end());
  page.repeat_command = command_of(repeat);
  page.repeat_note = repeat_note(request, run);
  if (run.evaluation.count > 0) {
    std::vector<std::string> measure{"margay", "evaluate", root, manifest, "--split", "validation"};
    measure.insert(measure.end(), reading.begin(), reading.end());
    page.evaluate_command = command_of(measure);
  }
  const recipe::TrainingConfig& training = run.config.training;
  page.decided = {{"seed", training.seed},
                  {"epochs", training.epochs},
                  {"threads", training.threads},
                  {"precision", recipe::name_of(training.precision)},
                  {"device", recipe::name_of(training.device)},
                  {"margay", kVersion},
                  {"commit", commit()},
                  {"libtorch", train::libtorch_version()}};
}

/// What is to be known about the measured accuracy.
std::vector<std::string> evaluation_notes(const TrainingRun& run) {
  std::vector<std::string> notes;
  if (run.evaluation.count == 0) return notes;
  if (const auto choices = recipe::choices_on_validation(run.config); !choices.empty())
    notes.push_back(
        fmt::format("The validation pictures have chosen {}: numbers on them look better than they would on "
                    "pictures that "
                    "chose nothing, such as those of a test split, which say how good it is.",
                    joined(choices)));
  if (run.config.training.method == recipe::Method::head)
    notes.emplace_back(
        "Held-out training pictures have chosen the L2 strength of the head; validation pictures have chosen "
        "nothing.");
  if (const std::string two = two_accuracies(run); !two.empty())
    notes.push_back(fmt::format("In the curves {}.", two));
  return notes;
}

}  // namespace

std::string command_of(const std::vector<std::string>& command_line) {
  return shell_words(command_line);
}

std::string two_accuracies(const TrainingRun& run) {
  const bool of_steps = run.config.training.method != recipe::Method::head;
  if (run.evaluation.count == 0 || run.result.history.empty() || !of_steps) return {};
  const run::EpochRecord& last = run.result.history.back();
  const std::string while_training = report::percent_1(last.val_accuracy),
                    at_end = report::percent_1(run.evaluation.accuracy);
  if (std::isnan(last.val_accuracy) || while_training == at_end) return {};
  const bool is_bf16 = run.config.training.precision == recipe::Precision::bf16;
  return fmt::format(
      "epoch {} got {} of the validation pictures right, measured while training{}; the model gets {}{}",
      last.epoch, while_training, is_bf16 ? " in bfloat16" : "", at_end, is_bf16 ? ", in float32" : "");
}

bool mixes_pictures(const TrainingRequest& request) {
  return !augment::Pipeline::parse(request.config.augment).mix().empty() && request.data->train.size() > 1;
}

void write_run_report(const TrainingRequest& request, const TrainingRun& run) {
  report::RunReport page;
  const std::string data_name = run.config.source.data.filename().string();
  page.title = fmt::format("{} on {}", run.config.source.recipe, data_name);
  page.command = command_of(request.command_line);
  page.history = run.result.history;
  page.fitted_at_once = run.config.training.method == recipe::Method::head;
  page.diagnosis = run.diagnosis;
  page.next_steps = run.next_steps;
  page.decisions = run.decisions;
  page.classes = request.data->classes;
  page.splits = used_pictures(*request.data);
  page.network =
      graph::summarize(recipe::build_network(run.config, static_cast<int>(request.data->classes.size())))
          .to_json();
  fill_repetition(page, request, run);
  page.config_toml = read_text_file(run.directory.config());
  page.environment =
      parse_json(read_text_file(run.directory.environment()), run.directory.environment().string());
  if (run.evaluation.count > 0) page.evaluation = run.evaluation.to_json();
  if (!run.probabilities.empty())
    page.pictures =
        report::evaluated_pictures(*request.data->validation, run.probabilities, run.config.source.data);
  page.evaluated_model = recipe::describe_kept(run.config, run.result.kept_epoch) + ", in float32";
  page.evaluation_notes = evaluation_notes(run);
  page.skipped = request.data->skipped();
  page.noted = request.data->noted();
  if (path_exists(run.directory.samples())) page.samples_png = run.directory.samples();
  if (path_exists(run.directory.augmented())) page.augmented_png = run.directory.augmented();
  page.augmented_mixes = mixes_pictures(request);
  report::write_report(run.directory.report(), page);
}

}  // namespace margay::workflow
