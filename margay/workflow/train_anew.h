// What is advised where a run cannot go on.
#pragma once

#include <string>

#include "margay/workflow/training_run.h"

namespace margay::workflow {

/// ": margay train ...", behind "train anew": how the request's reader trains by the run's own configuration
/// on its data, into another folder. Empty where he has no commands.
std::string way_to_train_anew(const TrainingRequest& request);

}  // namespace margay::workflow
