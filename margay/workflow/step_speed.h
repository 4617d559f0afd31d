// How long a step of a training takes on this machine.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>

#include "margay/core/timing.h"
#include "margay/recipe/config.h"
#include "margay/train/training_data.h"

namespace margay::workflow {

/// Steps of the optimiser that were timed.
struct StepSpeed {
  Timing timing;
  uint64_t peak_anonymous_bytes = 0;  ///< highest RssAnon after a step
};

/// Trains a new network with the configuration, and forgets it, until `fewest_steps` or more have taken
/// `seconds`; as many before, in which caches fill, do not count. `data` must have two steps' pictures or
/// more. Throws Interrupted when stopped before.
StepSpeed measure_steps(recipe::Config config, std::shared_ptr<const train::TrainingData> data,
                        double seconds, const std::stop_token& stop = {}, int fewest_steps = 3);

}  // namespace margay::workflow
