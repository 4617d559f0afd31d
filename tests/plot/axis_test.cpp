// Axes end at round numbers around the data.
#include "margay/plot/axis.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "margay/core/random.h"

namespace margay::plot {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

bool is_multiple(double value, double step) {
  return std::abs(value / step - std::round(value / step)) < 1e-6;
}

TEST_CASE("accuracy axes are round and stay within 0 to 100") {
  const Axis axis = percent_axis(std::vector{53.0, 94.0, kNan, 71.0});
  CHECK(axis.low == 50);
  CHECK(axis.high == 100);
  CHECK(axis.step == 10);
  CHECK(percent_axis(std::vector{100.0, 99.9}).high == 100);
  CHECK(percent_axis(std::vector{0.0}).low == 0);
  CHECK(percent_axis({}).high == 100);
}

TEST_CASE("noise of a point fills no accuracy axis") {
  const Axis axis = percent_axis(std::vector{71.0, 71.5});
  CHECK(axis.high - axis.low >= 10);
}

TEST_CASE("loss axes begin at zero unless the values keep far from it") {
  CHECK(loss_axis(std::vector{0.7, 0.1}).low == 0);
  CHECK(loss_axis(std::vector{0.69, 0.65}).low > 0.5);
  CHECK(loss_axis(std::vector{kNan}).high == 1);
  CHECK(loss_axis(std::vector{0.0, 0.0}).high == 1);
}

TEST_CASE("a loss that dwarfs the others leaves the plot") {
  const std::vector<double> losses{9.0, 0.6, 0.5, 0.5, 0.4, 0.4, 0.4, 0.3, 0.3, 0.3};
  CHECK(loss_axis(losses).high < 2);
  CHECK(loss_axis(losses, std::vector{3.0, kNan}).high >= 3);  // the legend tells of it
  CHECK(loss_axis(std::vector{0.0004, 0.31}).high >= 0.31);    // two values do not dwarf each other
  CHECK(loss_axis(std::vector{2.0, 1.5, 1.0, 0.6, 0.5}).high >= 2);
}

TEST_CASE("any values are inside their axis and ticks are few") {
  Random random({5});
  for (int trial = 0; trial < 500; ++trial) {
    const double a = random.uniform(0, 100), b = random.uniform(a, 100);
    for (const Axis& axis : {percent_axis(std::vector{a, b}), loss_axis(std::vector{a, b, b, b})}) {
      CHECK(axis.low <= a);
      CHECK(axis.high >= b);
      CHECK(is_multiple(axis.low, axis.step));
      CHECK(is_multiple(axis.high, axis.step));
      CHECK((axis.high - axis.low) / axis.step <= 8.01);
    }
  }
}

TEST_CASE("epoch ticks are whole numbers from the first epoch on") {
  CHECK(epoch_ticks(1, 1) == std::vector{1});
  CHECK(epoch_ticks(1, 3) == std::vector{1, 2, 3});
  CHECK(epoch_ticks(1, 15) == std::vector{1, 3, 5, 7, 9, 11, 13, 15});
  CHECK(epoch_ticks(1, 60) == std::vector{1, 10, 20, 30, 40, 50, 60});
  CHECK(epoch_ticks(1, 2147483647).size() <= 12);
  CHECK(epoch_ticks(2147483646, 2147483647) == std::vector{2147483646, 2147483647});
  for (int last = 1; last < 3000; last += 7) {
    const std::vector<int> ticks = epoch_ticks(1, last);
    CHECK(ticks.size() <= 12);
    CHECK(ticks.back() <= last);
  }
}

TEST_CASE("axes of counts begin at nothing and have whole steps") {
  for (const double most : {0.0, 1.0, 3.0, 7.0, 99.0, 12345.0}) {
    const Axis axis = count_axis(most);
    CAPTURE(most);
    CHECK(axis.low == 0);
    CHECK(axis.high >= most);
    CHECK(axis.high >= 1);
    CHECK(axis.step == std::round(axis.step));
    CHECK(axis.high / axis.step <= 6);
  }
}

}  // namespace
}  // namespace margay::plot
