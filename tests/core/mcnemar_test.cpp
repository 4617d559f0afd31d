#include "margay/core/mcnemar.h"

#include <doctest/doctest.h>

#include "margay/core/error.h"

using namespace margay;

TEST_CASE("p-values of the exact test of McNemar are those of rational arithmetic") {
  // Python: min(F(1), 2 * sum(F(comb(b + c, i)) for i in range(min(b, c) + 1)) / F(2)**(b + c)), F = Fraction
  struct Row {
    int64_t only_first, only_second;
    double p_value;
  };
  for (const Row& row :
       {Row{0, 0, 1}, Row{1, 0, 1}, Row{5, 5, 1}, Row{6, 5, 1}, Row{0, 5, 0.0625}, Row{0, 6, 0.03125},
        Row{3, 12, 0.03515625}, Row{12, 3, 0.03515625}, Row{10, 21, 0.0707555459812284},
        Row{25, 40, 0.0816815339415401}, Row{60, 171, 1.53527445126026e-13}, Row{480, 520, 0.217448293204141},
        Row{2000, 2200, 0.00213235567199123}}) {
    CAPTURE(row.only_first);
    CAPTURE(row.only_second);
    CHECK(mcnemar_p_value(row.only_first, row.only_second) == doctest::Approx(row.p_value).epsilon(1e-10));
  }
  CHECK_THROWS_AS(mcnemar_p_value(-1, 1), UsageError);
  CHECK_THROWS_AS(mcnemar_p_value(1, -1), UsageError);
}
