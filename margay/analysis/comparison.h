// Two trainings side by side, with what chance alone could have done.
#pragma once

#include <cstdint>

#include "margay/core/wilson_interval.h"
#include "margay/run/history.h"

namespace margay::analysis {

/// The end of one training.
struct Outcome {
  double training = 0;    ///< accuracy in the last epoch
  double validation = 0;  ///< the same; NaN without validation
  Interval interval;      ///< 95 % (Wilson) of `validation`
  double gap() const { return training - validation; }
};

/// Of a history with at least one epoch; `validation_count` pictures, 0 when not known.
Outcome outcome_of(const run::History& history, int64_t validation_count);

/// By how much two measured validation accuracies may differ when the networks are equally good: the half
/// width of the 95 % interval of the difference of two shares. Both saw the same pictures, so the truth is
/// rather less.
double noise_of_difference(const Outcome& a, const Outcome& b, int64_t validation_count);

}  // namespace margay::analysis
