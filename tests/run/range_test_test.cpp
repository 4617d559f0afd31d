// The row of rates, the smoothing and the end of a range test.
#include "margay/run/range_test.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "margay/core/error.h"

namespace margay::run {
namespace {

TEST_CASE("rates grow from the lowest to the highest by the same factor") {
  const RangeTest test{.low = 1e-4, .high = 1, .steps = 41};
  CHECK(test.lr(0) == doctest::Approx(1e-4));
  CHECK(test.lr(10) == doctest::Approx(1e-3));
  CHECK(test.lr(40) == doctest::Approx(1));
}

TEST_CASE("a range test that makes no sense is refused") {
  CHECK_NOTHROW(RangeTest{}.validate());
  for (const RangeTest& test :
       {RangeTest{.low = 0}, RangeTest{.low = -1}, RangeTest{.low = 1, .high = 1},
        RangeTest{.low = 1, .high = 0.1}, RangeTest{.high = std::numeric_limits<double>::infinity()},
        RangeTest{.low = std::nan("")}, RangeTest{.steps = 19}})
    CHECK_THROWS_AS(test.validate(), UsageError);
}

TEST_CASE("a range test remembers each loss with its rate") {
  const RangeTest test{.low = 1e-3, .high = 1, .steps = 20};
  RangeTestCurve curve(test);
  for (const double loss : {1, 2, 3}) curve.add(loss);
  REQUIRE(curve.points().size() == 3);
  CHECK(curve.points()[2].loss == 3);
  CHECK(curve.points()[1].lr == test.lr(1));
  CHECK(curve.next_lr() == test.lr(3));
}

TEST_CASE("a range test ends with its last step or when the loss leaves") {
  const RangeTest test{.low = 1e-3, .high = 1, .steps = 20};
  RangeTestCurve whole(test), leaving(test), broken(test);
  for (int i = 0; i < 19; ++i) whole.add(1);
  CHECK_FALSE(whole.ended());
  whole.add(1);
  CHECK(whole.ended());
  CHECK_FALSE(whole.diverged());
  leaving.add(1);
  leaving.add(6);  // the mean is (0.9 x 1 + 6) / 1.9 = 3.6
  CHECK_FALSE(leaving.ended());
  leaving.add(9);  // (0.81 x 1 + 0.9 x 6 + 9) / 2.71 = 5.6
  CHECK(leaving.ended());
  CHECK(leaving.diverged());
  CHECK(leaving.points().size() == 3);
  broken.add(1);
  broken.add(std::nan(""));
  CHECK(broken.diverged());
  CHECK(broken.points().size() == 1);
}

}  // namespace
}  // namespace margay::run
