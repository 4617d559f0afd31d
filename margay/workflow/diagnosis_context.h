// What the diagnosis of a training has to know besides its history.
#pragma once

#include <filesystem>
#include <string>

#include "margay/analysis/diagnosis.h"
#include "margay/recipe/config.h"
#include "margay/run/history.h"
#include "margay/run/run_directory.h"
#include "margay/train/training_data.h"
#include "margay/workflow/advice_subject.h"

namespace margay::workflow {

/// Of a training of `data` by `config`, in which everything has been decided.
analysis::DiagnosisContext diagnosis_context(const recipe::Config& config, const train::TrainingData& data,
                                             const run::History& history, const run::RunDirectory& directory);

/// What advice about that run is about. `data_name` is what the user calls the data; empty: their path.
AdviceSubject advice_subject(const recipe::Config& config, const run::RunDirectory& directory,
                             const std::string& data_name);

/// What makes the run again behind --recipe: the name of its recipe where nothing else was decided, else its
/// own config.toml.
std::string recipe_of_run(const recipe::Config& config, const run::RunDirectory& directory);

}  // namespace margay::workflow
