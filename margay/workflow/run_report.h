// The page of a run.
#pragma once

#include <string>
#include <vector>

#include "margay/workflow/training_run.h"

namespace margay::workflow {

/// Whether augmented.png shows pictures mixed in pairs rather than variants of one.
bool mixes_pictures(const TrainingRequest& request);

/// Writes report.html of a run that is otherwise complete.
void write_run_report(const TrainingRequest& request, const TrainingRun& run);

/// Why the last epoch and the model may have two validation accuracies, as a part of a sentence: "epoch 15
/// got 72.4 % of ..."; empty where they have one.
std::string two_accuracies(const TrainingRun& run);

/// The words of a command line as one line for a shell.
std::string command_of(const std::vector<std::string>& command_line);

}  // namespace margay::workflow
