// Picks round ranges.
#include "margay/plot/axis.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace margay::plot {
namespace {

constexpr int kIntervals = 6;  // of a vertical axis, at most: more and the numbers crowd

std::vector<double> sorted_finite(std::span<const double> values) {
  std::vector<double> kept;
  for (const double value : values)
    if (std::isfinite(value)) kept.push_back(value);
  std::ranges::sort(kept);
  return kept;
}

Axis round_axis(double low, double high) {
  const double step = round_step((high - low) / kIntervals);
  return {std::floor(low / step + 1e-9) * step, std::ceil(high / step - 1e-9) * step, step};
}

/// The highest loss worth showing: the largest, or twice the 80th percentile where the largest is far above
/// that.
double loss_top(const std::vector<double>& losses) {
  constexpr double kDwarfs = 5.0;
  constexpr size_t kMany = 10;
  if (losses.size() < kMany) return losses.back();
  const double typical = losses[(losses.size() - 1) * 4 / 5];
  return losses.back() > kDwarfs * typical && typical > 0 ? 2 * typical : losses.back();
}

}  // namespace

Axis percent_axis(std::span<const double> percents) {
  const std::vector<double> values = sorted_finite(percents);
  if (values.empty()) return {0, 100, 20};
  constexpr double kLeastSpan = 10;  // points: noise must not look like drama
  const double missing = std::max(0.0, kLeastSpan - (values.back() - values.front()));
  const double low = std::max(0.0, values.front() - missing / 2 - 1),
               high = std::min(100.0, values.back() + missing / 2 + 1);
  Axis axis = round_axis(low, high);
  axis.high = std::min(axis.high, 100.0);
  return axis;
}

Axis loss_axis(std::span<const double> losses, std::span<const double> named) {
  const std::vector<double> values = sorted_finite(losses);
  if (values.empty() || values.back() <= 0) return {0, 1, 0.2};
  double top = loss_top(values);
  for (const double value : sorted_finite(named)) top = std::max(top, value);
  const double high = top * 1.02;
  const double low =
      values.front() < high / 2 ? 0 : values.front() - 0.1 * (high - values.front()) - 0.01 * high;
  return round_axis(std::max(0.0, low), high);
}

std::vector<int> epoch_ticks(int first, int last) {
  constexpr int kMostTicks = 10;
  const int64_t begin = first, end = last;  // sums beyond the last epoch may be no int
  const int64_t step = std::max(
      int64_t{1}, static_cast<int64_t>(round_step(static_cast<double>(end - begin) / kMostTicks + 1e-9)));
  std::vector<int> ticks{first};
  // Every second epoch counts from the first one; longer steps go to round numbers.
  const int64_t second = step <= 2 ? begin + step : (begin / step + 1) * step;
  for (int64_t tick = second; tick <= end; tick += step)
    if (2 * (tick - begin) >= step) ticks.push_back(static_cast<int>(tick));
  return ticks;
}

Axis count_axis(double most) {
  const double step = round_step(std::max(1.0, most / kIntervals));
  return {0, std::ceil(std::max(1.0, most) / step) * step, step};
}

double round_step(double least) {
  const double power = std::pow(10.0, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= least * (1 - 1e-9)) return factor * power;
  return 10 * power;
}

}  // namespace margay::plot
