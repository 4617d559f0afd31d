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
#include "margay/pages/report_page.h"
#include "margay/text/run_text.h"

namespace margay::workflow {
namespace {

std::vector<analysis::SplitCounts> used_pictures(const train::TrainingData& data) {
  std::vector<analysis::SplitCounts> splits;
  const auto add = [&](const char* name, const data::DecodedCache& cache) {
    analysis::SplitCounts split{name, std::vector<int64_t>(data.classes.size())};
    for (const int label : cache.labels()) ++split.counts[static_cast<size_t>(label)];
    splits.push_back(std::move(split));
  };
  add("train", data.train);
  if (data.validation) add("validation", *data.validation);
  return splits;
}

/// Why what repeats the run makes other weights.
text::RepeatDiffers repeat_differs(const TrainingRequest& request, const TrainingRun& run) {
  if (run.result.stopped) return text::RepeatDiffers::stopped;
  if (run.config.budget.seconds > 0 && !run.config.recorded_length.is_recorded())
    return text::RepeatDiffers::budget_in_sessions;
  return request.resume ? text::RepeatDiffers::resumed : text::RepeatDiffers::no;
}

/// Commands that make the run again from its own files, and what else that depends on.
void fill_repetition(pages::RunReport& page, const TrainingRequest& request, const TrainingRun& run,
                     const text::Wording& wording) {
  page.repeat_command = wording.command({.kind = analysis::Action::Kind::repeat});
  page.repeat_note = text::repeat_text(repeat_differs(request, run), wording);
  if (run.evaluation.count > 0)
    page.evaluate_command = wording.command(
        {.kind = analysis::Action::Kind::evaluate, .pictures = analysis::ActionPictures::validation});
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

text::TwoAccuracies both_accuracies(const TrainingRun& run) {
  const run::EpochRecord& last = run.result.history.back();
  return {.epoch = last.epoch,
          .while_training = last.val_accuracy,
          .of_model = run.evaluation.accuracy,
          .in_bfloat16 = run.config.training.precision == recipe::Precision::bf16};
}

bool has_two_accuracies(const TrainingRun& run) {
  const bool of_steps = run.config.training.method != recipe::Method::head;
  return run.evaluation.count > 0 && !run.result.history.empty() && of_steps;
}

/// What is to be known about the measured accuracy.
std::vector<std::string> evaluation_notes(const TrainingRun& run, text::Language language) {
  std::vector<std::string> notes;
  if (run.evaluation.count == 0) return notes;
  const auto add = [&](std::string note) {
    if (!note.empty()) notes.push_back(std::move(note));
  };
  const recipe::TrainingConfig& training = run.config.training;
  const bool is_head = training.method == recipe::Method::head;
  if (is_head)
    add(text::head_choice_text(language));
  else
    add(text::choices_text({.kept_epoch = training.keep == recipe::Keep::best,
                            .end = training.patience > 0,
                            .learning_rate = run.config.schedule.name == recipe::ScheduleName::plateau},
                           language));
  if (has_two_accuracies(run)) add(text::two_accuracies_note(both_accuracies(run), language));
  return notes;
}

}  // namespace

std::string command_of(const std::vector<std::string>& command_line) {
  return shell_words(command_line);
}

std::string two_accuracies(const TrainingRun& run) {
  if (!has_two_accuracies(run)) return {};
  return text::two_accuracies_text(both_accuracies(run), text::Language::english);
}

bool mixes_pictures(const TrainingRequest& request) {
  return !augment::Pipeline::parse(request.config.augment).mix().empty() && request.data->train.size() > 1;
}

void write_run_report(const TrainingRequest& request, const TrainingRun& run) {
  const auto wording = wording_of(request, run, request.language);
  pages::RunReport page;
  const std::string data_name = run.config.source.data.filename().string();
  page.title = text::run_title(run.config.source.recipe, data_name, request.language);
  page.command = command_of(request.command_line);
  page.history = run.result.history;
  page.fitted_at_once = run.config.training.method == recipe::Method::head;
  page.diagnosis = run.diagnosis;
  page.next_steps = run.next_steps;
  page.decisions = run.decisions;
  page.classes = request.data->classes;
  page.splits = used_pictures(*request.data);
  page.network =
      graph::summarize(recipe::build_network(run.config, static_cast<int>(request.data->classes.size())));
  fill_repetition(page, request, run, *wording);
  page.config_toml = read_text_file(run.directory.config());
  page.environment =
      parse_json(read_text_file(run.directory.environment()), run.directory.environment().string());
  if (run.evaluation.count > 0) page.evaluation = run.evaluation;
  if (!run.probabilities.empty())
    page.pictures =
        pages::evaluated_pictures(*request.data->validation, run.probabilities, run.config.source.data);
  page.evaluated_model =
      text::measured_model_text(text::kept_of(run.config), run.result.kept_epoch, request.language);
  page.evaluation_notes = evaluation_notes(run, request.language);
  page.skipped = request.data->skipped();
  page.noted = request.data->noted();
  if (path_exists(run.directory.samples())) page.samples_png = run.directory.samples();
  if (path_exists(run.directory.augmented())) page.augmented_png = run.directory.augmented();
  page.augmented_mixes = mixes_pictures(request);
  pages::write_report(run.directory.report(), page, *wording);
}

}  // namespace margay::workflow
