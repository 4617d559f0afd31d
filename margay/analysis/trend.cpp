// Medians and least squares.
#include "margay/analysis/trend.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace margay::analysis {
namespace {

/// `summary` of the values around each one.
template <class Summary>
std::vector<double> moving(std::span<const double> values, int window, const Summary& summary) {
  const auto size = static_cast<int>(values.size());
  std::vector<double> smooth(values.size());
  for (int i = 0; i < size; ++i) {
    const int first = std::max(0, i - window / 2), last = std::min(size - 1, i + window / 2);
    smooth[i] = summary(values.subspan(first, last - first + 1));
  }
  return smooth;
}

}  // namespace

double median(std::span<const double> values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  const size_t half = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

std::vector<double> moving_median(std::span<const double> values, int window) {
  return moving(values, window, median);
}

std::vector<double> moving_mean(std::span<const double> values, int window) {
  return moving(values, window, [](std::span<const double> part) {
    return std::accumulate(part.begin(), part.end(), 0.0) / static_cast<double>(part.size());
  });
}

double Trend::significant() const {
  // 97.5 % quantiles for 1, 2, ... degrees of freedom.
  constexpr std::array kStudent{12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
                                2.201,  2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086};
  const int freedom = points - 2;
  if (freedom < 1) return std::numeric_limits<double>::infinity();
  return kStudent[std::min<size_t>(static_cast<size_t>(freedom), kStudent.size()) - 1];
}

double Trend::deepest_fall() const {
  if (points < 3) return std::numeric_limits<double>::infinity();
  const double error = significance == 0 ? 0 : std::abs(relative_change / significance);
  return std::max(0.0, significant() * error - relative_change);
}

Trend trend_of_last(std::span<const double> values, int count) {
  const auto n = static_cast<int>(std::min<size_t>(values.size(), std::max(0, count)));
  if (n < 3) return {.points = n};
  const auto y = values.last(n);
  const double x_mean = (n - 1) / 2.0;
  double y_mean = 0, xx = 0, xy = 0, rest = 0;
  for (const double value : y) y_mean += value / n;
  for (int i = 0; i < n; ++i) xx += (i - x_mean) * (i - x_mean), xy += (i - x_mean) * (y[i] - y_mean);
  const double slope = xy / xx;
  for (int i = 0; i < n; ++i) rest += std::pow(y[i] - y_mean - slope * (i - x_mean), 2);
  // A perfect line has no error at all; a tiny one keeps the quotient finite.
  const double error = std::sqrt(rest / (n - 2) / xx) + 1e-12;
  return {y_mean == 0 ? 0 : slope * (n - 1) / std::abs(y_mean), slope / error, n};
}

}  // namespace margay::analysis
