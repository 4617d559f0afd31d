// Curves of range tests whose right rate is known.
#include "margay/analysis/rate_suggestion.h"

#include <doctest/doctest.h>

#include <cmath>

#include "margay/core/random.h"

namespace margay::analysis {
namespace {

/// Flat, then falling between two rates, then flat, and lost from `lost` on; with some noise.
run::RangeTestCurve curve_of(double from, double to, double lost, double noise = 0, double fall = 0.3) {
  run::RangeTestCurve curve({.low = 1e-7, .high = 10, .steps = 100});
  Random random({7});
  while (!curve.ended()) {
    const double lr = curve.next_lr();
    const double share = std::clamp(std::log(lr / from) / std::log(to / from), 0.0, 1.0);
    const double excess = lr > lost ? 3 * (lr / lost - 1) : 0;
    curve.add(0.7 - fall * share + excess + noise * random.normal());
  }
  return curve;
}

TEST_CASE("the suggestion lies inside the fall of the loss") {
  for (const double noise : {0.0, 0.01, 0.03}) {
    CAPTURE(noise);
    const run::RangeTestCurve curve = curve_of(1e-4, 1e-2, 0.1, noise);
    const RateSuggestion suggestion = suggest_rate(curve);
    REQUIRE(suggestion.lr);
    CAPTURE(*suggestion.lr);
    // Half of the fall is done at 1e-3, and a little after 0.1 it is undone: 1e-3 x 100^(1/3).
    CHECK(*suggestion.lr > 2e-3);
    CHECK(*suggestion.lr < 1e-2);
    REQUIRE(suggestion.diverged);
    CHECK(*suggestion.diverged > 0.1);
    CHECK(*suggestion.diverged < 1);
    CHECK(suggestion.outcome == RateOutcome::found);
  }
}

TEST_CASE("a fall elsewhere moves the suggestion with it") {
  const double low = suggest_rate(curve_of(1e-5, 1e-4, 1e-2)).lr.value();
  const double high = suggest_rate(curve_of(1e-2, 1e-1, 5)).lr.value();
  CHECK(low > 1e-4);  // 3.2e-5 x 300^(1/3)
  CHECK(low < 4e-4);
  CHECK(high > 1e-1);  // 3.2e-2 x 150^(1/3)
  CHECK(high < 4e-1);
}

TEST_CASE("single batches that are lost do not count") {
  run::RangeTestCurve curve({.low = 1e-7, .high = 10, .steps = 100});
  const run::RangeTestCurve plain = curve_of(1e-4, 1e-2, 0.1);
  for (size_t i = 0; i < plain.points().size(); ++i)
    curve.add(plain.points()[i].loss + (i % 9 == 4 ? 0.5 : 0));
  const double expected = suggest_rate(plain).lr.value();
  CHECK(suggest_rate(curve).lr.value() == doctest::Approx(expected).epsilon(0.3));
  CHECK(smoothed_losses(curve)[20] == doctest::Approx(0.7));
}

TEST_CASE("a loss that never leaves gives a suggestion too") {
  const RateSuggestion suggestion = suggest_rate(curve_of(1e-4, 1e-2, 1e9));
  REQUIRE(suggestion.lr);
  CHECK_FALSE(suggestion.diverged);
  CHECK(*suggestion.lr < 1);
}

TEST_CASE("a rate at which the loss rises again is not suggested, however slowly it rises") {
  run::RangeTestCurve curve({.low = 1e-7, .high = 10, .steps = 100});
  while (!curve.ended()) {
    const double from_lowest = std::log10(curve.next_lr() / 1e-5);
    curve.add(0.4 + (from_lowest < 0 ? std::min(0.3, -0.6 * from_lowest) : 0.02 * from_lowest));
  }
  const RateSuggestion suggestion = suggest_rate(curve);
  REQUIRE(suggestion.lr);
  CHECK(suggestion.ends_at_rise);
  CHECK(*suggestion.lr > 1e-5);
  CHECK(*suggestion.lr < 5e-4);
  CHECK(suggestion.valley_to > 1e-1);
  CHECK_FALSE(suggest_rate(curve_of(1e-4, 1e-2, 0.1)).ends_at_rise);
  CHECK_FALSE(suggest_rate(curve_of(1e-4, 1e-2, 1e9)).ends_at_rise);
}

TEST_CASE("where nothing falls nothing is suggested") {
  const RateSuggestion flat = suggest_rate(curve_of(1e-4, 1e-2, 0.1, 0.01, 0));
  CHECK_FALSE(flat.lr);
  CHECK(flat.outcome == RateOutcome::no_fall);
  const RateSuggestion lost = suggest_rate(curve_of(1e-4, 1e-2, 1.2e-7));
  CHECK_FALSE(lost.lr);
  CHECK(lost.outcome == RateOutcome::diverged_at_once);
  CHECK(!lost.lr.has_value());
  CHECK_FALSE(suggest_rate(run::RangeTestCurve({})).lr);
}

}  // namespace
}  // namespace margay::analysis
