// What a training leaves in its run directory, in the order in which it is written.
#pragma once

#include <filesystem>
#include <vector>

#include "margay/analysis/decision.h"
#include "margay/model/model.h"
#include "margay/recipe/config.h"
#include "margay/run/history.h"
#include "margay/workflow/optional_output.h"
#include "margay/workflow/training_run.h"

namespace margay::workflow {

/// What nobody has asked for: of a run that goes on, what it was begun with.
std::vector<analysis::Decision> all_decisions(const TrainingRequest& request, const recipe::Config& config);

/// What is there before the first step. Whoever resumes needs the manifest and the configuration, which are
/// first. Throws IoError; pictures that cannot be written are a warning.
void write_beginnings(const TrainingRequest& request, const TrainingRun& run, bool goes_on,
                      bool has_other_pictures, const Warn& warn);

/// Diagnoses the run, and asks the model about the validation pictures.
void judge(const TrainingRequest& request, const model::Model& model, TrainingRun& run);

/// What every run has, however early it was stopped. Throws IoError; what is drawn from it and cannot be
/// written is a warning.
void write_results(const TrainingRequest& request, const model::Model& model, TrainingRun& run,
                   const Warn& warn);

/// A training whose loss is lost has no model, but its curves and what they mean are worth a look. `history`
/// is that of the epochs before.
void write_not_finite(const TrainingRequest& request, const run::History& history, TrainingRun& run,
                      const Warn& warn);

}  // namespace margay::workflow
