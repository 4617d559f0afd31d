// Compares the ends of two trainings.
#include "margay/analysis/comparison.h"

#include <algorithm>
#include <cmath>

namespace margay::analysis {

Outcome outcome_of(const run::History& history, int64_t validation_count) {
  Outcome outcome{history.back().accuracy, history.back().val_accuracy, {}};
  if (std::isfinite(outcome.validation))
    outcome.interval = wilson_interval(
        std::llround(outcome.validation * static_cast<double>(validation_count)), validation_count);
  return outcome;
}

double noise_of_difference(const Outcome& a, const Outcome& b, int64_t validation_count) {
  const double n = static_cast<double>(std::max<int64_t>(1, validation_count));
  const double variance = (a.validation * (1 - a.validation) + b.validation * (1 - b.validation)) / n;
  return 1.96 * std::sqrt(variance);
}

}  // namespace margay::analysis
