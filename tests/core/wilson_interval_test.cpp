#include "margay/core/wilson_interval.h"

#include <doctest/doctest.h>

#include "margay/core/error.h"

using namespace margay;

TEST_CASE("wilson intervals are those of the textbook") {
  // From the formula in Python; 0 of 10 is the textbook's 0.278.
  struct Row {
    int64_t correct, total;
    double low, high;
  };
  for (const Row& row :
       {Row{710, 1000, 0.68111480, 0.73727797}, Row{0, 10, 0, 0.27753280}, Row{10, 10, 0.72246720, 1},
        Row{1, 2, 0.09453121, 0.90546879}, Row{3, 5, 0.23072428, 0.88237923}, Row{0, 0, 0, 1}}) {
    const Interval interval = wilson_interval(row.correct, row.total);
    CHECK(interval.low == doctest::Approx(row.low).epsilon(1e-7));
    CHECK(interval.high == doctest::Approx(row.high).epsilon(1e-7));
  }
  CHECK_THROWS_AS(wilson_interval(2, 1), UsageError);
  CHECK_THROWS_AS(wilson_interval(-1, 1), UsageError);
}
