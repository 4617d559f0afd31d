#include "margay/core/mcnemar.h"

#include <doctest/doctest.h>

#include "margay/core/error.h"

using namespace margay;

TEST_CASE("mid-p-values of McNemar's test are those of rational arithmetic") {
  // Python, with k = min(b, c), n = b + c and F = Fraction:
  // (2 * sum(F(comb(n, i)) for i in range(k + 1)) - comb(n, k)) / F(2)**n, which is 1 for n = 0.
  struct Row {
    int64_t only_first, only_second;
    double p_value;
  };
  for (const Row& row :
       {Row{0, 0, 1}, Row{1, 0, 0.5}, Row{5, 5, 1}, Row{6, 5, 0.7744140625}, Row{0, 5, 0.03125},
        Row{0, 6, 0.015625}, Row{3, 12, 0.021270751953125}, Row{12, 3, 0.021270751953125},
        Row{10, 21, 0.0501024597324431}, Row{25, 40, 0.0640175041372256}, Row{60, 171, 1.03233850341116e-13},
        Row{480, 520, 0.206107310832953}, Row{2000, 2200, 0.00202717615085307}}) {
    CAPTURE(row.only_first);
    CAPTURE(row.only_second);
    CHECK(mcnemar_p_value(row.only_first, row.only_second) == doctest::Approx(row.p_value).epsilon(1e-10));
  }
  CHECK_THROWS_AS(mcnemar_p_value(-1, 1), UsageError);
  CHECK_THROWS_AS(mcnemar_p_value(1, -1), UsageError);
}
