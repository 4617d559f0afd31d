// Which learning rate a range test speaks for.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "margay/run/range_test.h"

namespace margay::analysis {

/// How a range test ended.
enum class RateOutcome {
  found,             ///< the loss fell, and there is a rate to begin with
  no_fall,           ///< it fell clearly at no rate
  diverged_at_once,  ///< within the first steps
};

/// "found", "no_fall" or "diverged_at_once".
std::string_view name_of(RateOutcome outcome);

/// What a range test says.
struct RateSuggestion {
  RateOutcome outcome = RateOutcome::no_fall;
  std::optional<double> lr{};        ///< two digits; nothing where the loss fell nowhere clearly
  std::optional<double> diverged{};  ///< the first rate at which the loss left
  int64_t steps = 0;                 ///< of the test
  // Where it is found: the smoothed loss at the start and at its lowest, with the rates of the valley.
  double start_loss = 0, lowest_loss = 0;
  double lowest_at = 0, valley_from = 0, valley_to = 0;
  bool ends_at_rise = false;  ///< it is less than a third of the way, since the loss rises before
};

/// The losses of the steps as a line, to look at and to judge by: each is the mean of medians around it, so
/// that single batches do not count and nothing lags behind the rates.
std::vector<double> smoothed_losses(const run::RangeTestCurve& curve);

/// The valley is where the smoothed loss is below the middle of where it starts and its lowest value. The
/// suggestion lies a third of the way through it, in factors of the rate: past the side where hardly anything
/// is learned, and well before the one where the loss is lost; and never where a tenth of the fall is undone
/// again, as in a valley of which the far side rises slowly. (fastai's "valley" is the middle of the
/// longest fall, with the same purpose; where the loss is noisy, as with few pictures, its ends are decided
/// by noise.)
RateSuggestion suggest_rate(const run::RangeTestCurve& curve);

}  // namespace margay::analysis
