// What a command that trains says at its end.
#pragma once

#include "apps/margay/training_console.h"
#include "margay/workflow/training_run.h"

namespace margay::app {

/// Standard output gets the result in a line, and in the last line the run directory; as events with
/// TrainingOutput::json. Diagnosis, decisions and what to do next go to standard error, unless it is quiet.
void print_outcome(const workflow::TrainingRun& run, TrainingOutput output);

}  // namespace margay::app
