// Where a model comes from.
#pragma once

#include "margay/core/json.h"
#include "margay/recipe/config.h"

namespace margay::train {

/// What every trained model says of its program, its data and the weights that it began with.
Json provenance_of(const recipe::Config& config);

}  // namespace margay::train
