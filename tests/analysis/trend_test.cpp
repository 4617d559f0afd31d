// Medians and trends against values worked out by hand and from the textbook's formulas in
// Python.
#include "margay/analysis/trend.h"

#include <doctest/doctest.h>

#include <cmath>

namespace margay::analysis {
namespace {

TEST_CASE("medians of odd and even and no counts") {
  CHECK(median(std::vector{3.0, 1.0, 2.0}) == 2);
  CHECK(median(std::vector{4.0, 1.0, 2.0, 3.0}) == 2.5);
  CHECK(std::isnan(median({})));
}

TEST_CASE("the moving median removes a single outlier") {
  const std::vector<double> values{1, 2, 30, 4, 5};
  CHECK(moving_median(values, 3) == std::vector{1.5, 2.0, 4.0, 5.0, 4.5});
  CHECK(moving_median(values, 1) == values);
  CHECK(moving_median({}, 3).empty());
  CHECK(moving_mean(values, 3) == std::vector{1.5, 11.0, 12.0, 13.0, 4.5});
}

TEST_CASE("the trend of a straight line is its change and certain") {
  const std::vector<double> values{9, 9, 9, 4, 3, 2};
  const Trend trend = trend_of_last(values, 3);
  CHECK(trend.relative_change == doctest::Approx(-2.0 / 3));
  CHECK(trend.significance < -1e6);
  CHECK(trend_of_last(values, 2).significance == 0);
  CHECK(trend_of_last({}, 5).relative_change == 0);
}

TEST_CASE("the significance of a trend is slope over standard error") {
  // scipy.stats.linregress(range(6), [0.70, 0.66, 0.69, 0.64, 0.66, 0.62]): slope -0.0128571, stderr
  // 0.0044951
  const std::vector<double> values{0.70, 0.66, 0.69, 0.64, 0.66, 0.62};
  CHECK(trend_of_last(values, 6).significance == doctest::Approx(-0.01285714 / 0.00476666).epsilon(1e-3));
}

}  // namespace
}  // namespace margay::analysis
