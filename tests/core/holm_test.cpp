#include "margay/core/holm.h"

#include <doctest/doctest.h>

using namespace margay;

TEST_CASE("Holm's correction keeps the order and never goes down") {
  // By hand: 0.01 x 4, 0.02 x 3, max(0.06, 0.03 x 2), max(0.06, 0.9).
  const std::vector<double> corrected = holm_corrected(std::vector{0.03, 0.01, 0.9, 0.02});
  CHECK(corrected[0] == doctest::Approx(0.06));
  CHECK(corrected[1] == doctest::Approx(0.04));
  CHECK(corrected[2] == doctest::Approx(0.9));
  CHECK(corrected[3] == doctest::Approx(0.06));
  CHECK(holm_corrected(std::vector{0.7, 0.6}) == std::vector{1.0, 1.0});
  CHECK(holm_corrected({}).empty());
}
