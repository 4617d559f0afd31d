// Levels and trends of noisy series.
#pragma once

#include <span>
#include <vector>

namespace margay::report {

/// The middle value (mean of the two middle ones); NaN for none.
double median(std::span<const double> values);

/// Every value replaced by the median of the `window` values around it; fewer at the ends. `window` is odd.
std::vector<double> moving_median(std::span<const double> values, int window);
/// The same with means.
std::vector<double> moving_mean(std::span<const double> values, int window);

/// A straight line through a series, by least squares.
struct Trend {
  double relative_change = 0;  ///< of the line from first to last point, relative to the mean of the values
  double significance = 0;     ///< slope over its standard error; beyond about +-2.5 it is no accident
};

/// The trend of the last `count` values; zeros when there are fewer than 3.
Trend trend_of_last(std::span<const double> values, int count);

}  // namespace margay::report
