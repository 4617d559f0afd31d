// Options of the public surface as a configuration.
#pragma once

#include "margay/graph/graph.h"
#include "margay/recipe/config.h"
#include "margay/train.h"

namespace margay {

/// With the network's layers, and checked as a recipe is. Throws UsageError.
recipe::Config config_of(const graph::Graph& network, const TrainingOptions& options);

}  // namespace margay
