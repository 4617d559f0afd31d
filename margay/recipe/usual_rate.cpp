// Two numbers.
#include "margay/recipe/usual_rate.h"

#include <algorithm>

namespace margay::recipe {

double highest_usual_rate(OptimizerName optimizer) {
  return optimizer == OptimizerName::sgd ? 0.05 : 1e-3;
}

double lower_rate(const OptimizerConfig& optimizer) {
  return std::min(optimizer.lr / 10, highest_usual_rate(optimizer.name));
}

}  // namespace margay::recipe
