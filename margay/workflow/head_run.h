// Trainings that fit the last layer to the features of the others, at once.
#pragma once

#include <stop_token>

#include "margay/train/trainer.h"
#include "margay/workflow/observers.h"
#include "margay/workflow/training_run.h"

namespace margay::workflow {

/// A training whose one epoch fits the last layer. Throws what fit_head throws, IoError.
TrainingRun fit_head_in_directory(const TrainingRequest& request, const Observers& tell, bool goes_on,
                                  bool has_other_pictures, const std::stop_token& stop);

/// The head that steps of the whole network begin with. False when stopped, which leaves nothing to go on
/// from.
bool begin_with_head(const TrainingRequest& request, train::Trainer& trainer, const Observers& tell,
                     const std::stop_token& stop);

}  // namespace margay::workflow
