// A training that takes as long as it may.
#pragma once

#include "margay/recipe/config.h"

namespace margay::analysis {

/// What of a recipe fits into a budget of time.
struct TimePlan {
  recipe::Config config;         ///< with network, sizes, [input] and epochs decided
  double images_per_second = 0;  ///< of training, over all sizes
  double epochs = 0;             ///< that fit into the time; config has whole ones, at least one
};

}  // namespace margay::analysis
