// Which learning rate a range test speaks for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "margay/core/json.h"
#include "margay/run/range_test.h"

namespace margay::report {

/// How a range test ended.
enum class RateOutcome {
  found,             ///< the loss fell, and there is a rate to begin with
  no_fall,           ///< it fell clearly at no rate
  diverged_at_once,  ///< within the first steps
};

/// What a range test says.
struct RateSuggestion {
  RateOutcome outcome = RateOutcome::no_fall;
  std::optional<double> lr;        ///< two digits; nothing where the loss fell nowhere clearly
  std::string reason;              ///< a sentence, with numbers
  std::optional<double> diverged;  ///< the first rate at which the loss left
};

/// The losses of the steps as a line, to look at and to judge by: each is the mean of medians around it, so
/// that single batches do not count and nothing lags behind the rates.
std::vector<double> smoothed_losses(const run::RangeTestCurve& curve);

/// The valley is where the smoothed loss is below the middle of where it starts and its lowest value. The
/// suggestion lies a third of the way through it, in factors of the rate: past the side where hardly anything
/// is learned, and well before the one where the loss is lost. (fastai's "valley" is the middle of the
/// longest fall, with the same purpose; where the loss is noisy, as with few pictures, its ends are decided
/// by noise.)
RateSuggestion suggest_rate(const run::RangeTestCurve& curve);

Json to_json(const RateSuggestion& suggestion);

}  // namespace margay::report
