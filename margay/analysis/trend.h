// Levels and trends of noisy series.
#pragma once

#include <span>
#include <vector>

namespace margay::analysis {

/// The middle value (mean of the two middle ones); NaN for none.
double median(std::span<const double> values);

/// Every value replaced by the median of the `window` values around it; fewer at the ends. `window` is odd.
std::vector<double> moving_median(std::span<const double> values, int window);
/// The same with means.
std::vector<double> moving_mean(std::span<const double> values, int window);

/// A straight line through a series, by least squares.
struct Trend {
  double relative_change = 0;  ///< of the line from first to last point, relative to the mean of the values
  double significance = 0;     ///< slope over its standard error
  int points = 0;              ///< values that it was drawn through

  /// One series without a trend in forty is above this, and one in forty below minus this: Student's t. More
  /// for few points, whose error is not known well.
  double significant() const;
  bool falls() const { return significance < -significant(); }
  /// How far the series may fall at most, as a share of the mean, at that level; 0 where it cannot.
  double deepest_fall() const;
};

/// The trend of the last `count` values; without significance when there are fewer than 3.
Trend trend_of_last(std::span<const double> values, int count);

}  // namespace margay::analysis
