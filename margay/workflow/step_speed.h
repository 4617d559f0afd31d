// How long a step of a training takes on this machine.
#pragma once

#include <cstdint>
#include <limits>
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

/// How long is measured.
struct Measuring {
  double seconds = 0;    ///< that the steps take together, at the least
  int fewest_steps = 3;  ///< that are timed; as many before, in which caches fill, are not
  double warm_up_s =
      std::numeric_limits<double>::infinity();  ///< after which no more of those before are made
  /// Those before may take so long; the one that takes longer is what is measured.
  double patience_s = std::numeric_limits<double>::infinity();
};

/// Trains a new network with the configuration, and forgets it, until enough is measured. `data` must have
/// two steps' pictures or more. Throws Interrupted when stopped before.
StepSpeed measure_steps(recipe::Config config, std::shared_ptr<const train::TrainingData> data,
                        const Measuring& measuring, const std::stop_token& stop = {});

}  // namespace margay::workflow
