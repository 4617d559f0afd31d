// Reads the curve of a range test.
#include "margay/analysis/rate_suggestion.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "margay/analysis/trend.h"

namespace margay::analysis {
namespace {

constexpr size_t kFewestPoints = 10;
constexpr double kClearFall = 0.02;  // of the loss at the start: less is what noise does too
constexpr double kClearOfNoise = 2;  // standard deviations of a step's loss
constexpr double kShareOfValley = 1.0 / 3;
constexpr double kClearRise = 0.1;  // of the fall: a rate that undoes as much is too high
constexpr double kDeviation = 1.4826;  // of a normal distribution, over the median deviation

std::vector<double> losses_of(const run::RangeTestCurve& curve) {
  std::vector<double> losses;
  for (const run::RatePoint& point : curve.points()) losses.push_back(point.loss);
  return losses;
}

double deviation(std::span<const double> losses, std::span<const double> smoothed) {
  std::vector<double> distances;
  for (size_t i = 0; i < losses.size(); ++i) distances.push_back(std::abs(losses[i] - smoothed[i]));
  return kDeviation * median(distances);
}

using Place = std::vector<double>::const_iterator;

/// The last place up to `last` whose loss is `most` at most; `first` if there is none behind it.
Place last_at_most(double most, Place first, Place last) {
  while (last != first && *last > most) --last;
  return last;
}

double two_digits(double value) {
  return std::stod(fmt::format("{:.1e}", value));
}

}  // namespace

std::string_view name_of(RateOutcome outcome) {
  switch (outcome) {
    case RateOutcome::found:
      return "found";
    case RateOutcome::no_fall:
      return "no_fall";
    case RateOutcome::diverged_at_once:
      return "diverged_at_once";
  }
  return "unknown";
}

std::vector<double> smoothed_losses(const run::RangeTestCurve& curve) {
  const std::vector<double> losses = losses_of(curve);
  const int window = std::max(3, static_cast<int>(losses.size()) / 20) | 1;
  return moving_mean(moving_median(losses, window), window);
}

RateSuggestion suggest_rate(const run::RangeTestCurve& curve) {
  const auto& points = curve.points();
  RateSuggestion suggestion{.steps = static_cast<int64_t>(points.size())};
  if (curve.diverged() && !points.empty()) suggestion.diverged = points.back().lr;
  if (points.size() < kFewestPoints) {
    suggestion.outcome = RateOutcome::diverged_at_once;
    return suggestion;
  }
  const std::vector<double> losses = losses_of(curve), smoothed = smoothed_losses(curve);
  const double start = median(std::span(losses).first(losses.size() / 5));
  const Place lowest = std::ranges::min_element(smoothed);
  const double fall = start - *lowest;
  if (fall < std::max(kClearFall * start, kClearOfNoise * deviation(losses, smoothed))) return suggestion;
  const auto in_valley = [&](double loss) { return loss <= start - fall / 2; };
  const auto left = std::ranges::find_if(smoothed, in_valley);
  const auto right = std::find_if(smoothed.rbegin(), smoothed.rend(), in_valley).base() - 1;
  const auto rate_at = [&](auto place) { return points[static_cast<size_t>(place - smoothed.begin())].lr; };
  suggestion.outcome = RateOutcome::found;
  const double third = rate_at(left) * std::pow(rate_at(right) / rate_at(left), kShareOfValley);
  Place at_third = lowest;
  while (at_third != right && rate_at(at_third + 1) <= third) ++at_third;
  const auto before_rise = last_at_most(*lowest + kClearRise * fall, lowest, at_third);
  suggestion.ends_at_rise = before_rise != at_third;
  suggestion.lr = two_digits(suggestion.ends_at_rise ? rate_at(before_rise) : third);
  suggestion.start_loss = start, suggestion.lowest_loss = *lowest;
  suggestion.lowest_at = rate_at(lowest);
  suggestion.valley_from = rate_at(left), suggestion.valley_to = rate_at(right);
  return suggestion;
}

}  // namespace margay::analysis
