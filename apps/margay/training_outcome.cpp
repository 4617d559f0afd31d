// Prints what came of a training.
#include "apps/margay/training_outcome.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "apps/margay/advised_commands.h"
#include "apps/margay/output.h"
#include "margay/analysis/decision.h"
#include "margay/analysis/diagnosis.h"
#include "margay/analysis/next_steps.h"
#include "margay/core/cpu.h"
#include "margay/core/file_system.h"
#include "margay/core/shell_word.h"
#include "margay/recipe/config.h"
#include "margay/text/decision_text.h"
#include "margay/text/finding_text.h"
#include "margay/text/format_diagnosis.h"
#include "margay/text/next_step_text.h"
#include "margay/text/phrases.h"
#include "margay/text/run_text.h"
#include "margay/workflow/run_report.h"

namespace margay::app {
namespace {

void print_end_event(const workflow::TrainingRun& run) {
  const CommandWords words(run.subject, text::Language::english);
  Json event = {{"event", run.result.stopped ? "stopped" : "end"},
                {"run", run.directory.root.string()},
                {"kept_epoch", run.result.kept_epoch},
                {"stopped_early", run.result.stopped_early},
                {"saved", workflow::name_of(run.saved)},
                {"peak_memory_bytes", peak_memory_bytes()}};
  if (run.evaluation.count > 0) event["evaluation"] = run.evaluation.to_json();
  if (!run.diagnosis.findings.empty()) event["diagnosis"] = text::to_json(run.diagnosis, words);
  if (!run.decisions.empty()) event["decisions"] = text::to_json(run.decisions, words);
  if (!run.next_steps.empty()) event["next_steps"] = text::to_json(run.next_steps, words);
  print_event(event);
}

/// Epochs, not a head that is fitted at once.
bool of_steps(const workflow::TrainingRun& run) {
  return run.config.training.method != recipe::Method::head;
}

std::string kept_weights(const workflow::TrainingRun& run) {
  return text::kept_text(text::kept_of(run.config), run.result.kept_epoch, text::Language::english);
}

/// "validation accuracy 72.4 % of 1,000 pictures (95 %: 69.5 to 75.2 %), measured at the end with the weights
/// of the last epoch (15); training accuracy 98.1 % in epoch 15; diagnosis: overfitting"
std::string result_line(const workflow::TrainingRun& run) {
  std::string text;
  if (const predict::Evaluation& measured = run.evaluation; measured.count > 0)
    text = fmt::format(
        "validation accuracy {} of {} (95 %: {:.1f} to {:.1f} %), measured at the end with the {}; ",
        text::percent_1(measured.accuracy), counted(measured.count, "picture"),
        100 * measured.accuracy_interval[0], 100 * measured.accuracy_interval[1], kept_weights(run));
  if (!run.result.history.empty())
    text += fmt::format("training accuracy {}{}", text::percent_1(run.result.history.back().accuracy),
                        of_steps(run) ? fmt::format(" in epoch {}", run.result.history.back().epoch) : "");
  if (!run.diagnosis.findings.empty())
    text += fmt::format("; diagnosis: {}", analysis::name_of(run.diagnosis.primary().condition));
  return text;
}

/// Less those that stand in the diagnosis already.
std::vector<analysis::NextStep> further_steps(const workflow::TrainingRun& run) {
  std::vector<analysis::NextStep> steps = run.next_steps;
  std::erase_if(steps, [](const analysis::NextStep& step) {
    return step.wish == analysis::NextStep::Wish::follow_finding;
  });
  return steps;
}

void print_details(const workflow::TrainingRun& run) {
  const CommandWords words(run.subject, text::Language::english);
  if (run.result.stopped_early)
    print_err("stopped early: no lower validation loss in {}\n",
              counted(run.config.training.patience, "epoch"));
  for (const std::string& part :
       {text::format_diagnosis(run.diagnosis, words), text::format_decisions(run.decisions, words),
        text::format_next_steps(further_steps(run), words)})
    if (!part.empty()) print_err("\n{}", part);
  const std::string two = workflow::two_accuracies(run);
  print_err("\nthe model has the {}; most memory taken: {:.0f} MB\n{}{}", kept_weights(run),
            static_cast<double>(peak_memory_bytes()) / 1e6, two, two.empty() ? "" : "\n");
  // Where it could not be written, a warning has said so.
  if (path_exists(run.directory.report()))
    print_err("look at {}\n", shell_word(run.directory.report().string()));
}

/// What a training that was stopped can go on with, and how.
std::string way_on(const workflow::TrainingRun& run) {
  const std::string again = fmt::format("margay train --resume {}", shell_word(run.directory.root.string()));
  switch (run.saved) {
    case workflow::Saved::everything:
      return fmt::format("stopped; everything learned is kept. Go on with: {}", again);
    case workflow::Saved::features:
      return fmt::format("stopped; the features that were computed are kept. Go on with: {}", again);
    default:
      return fmt::format(
          "stopped while the head was fitted that the steps begin with; nothing is kept yet. "
          "Begin anew with: {}",
          again);
  }
}

}  // namespace

void print_outcome(const workflow::TrainingRun& run, TrainingOutput output) {
  if (output == TrainingOutput::json) return print_end_event(run);
  if (run.result.stopped) {
    print_err("{}\n", way_on(run));
  } else {
    if (output != TrainingOutput::quiet) print_details(run);
    print_out("{}\n", result_line(run));
  }
  print_out("{}\n", run.directory.root.string());
}

}  // namespace margay::app
