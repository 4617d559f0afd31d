// Learning rates that optimisers bear.
#pragma once

#include "margay/recipe/config.h"

namespace margay::recipe {

/// The highest that common networks bear with this optimiser, as range tests find (`margay lr-find`).
double highest_usual_rate(OptimizerName optimizer);

/// What to try where the rate of the configuration was too high: a tenth of it, but none above the usual
/// ones, since a rate far outside is no measure of anything.
double lower_rate(const OptimizerConfig& optimizer);

}  // namespace margay::recipe
