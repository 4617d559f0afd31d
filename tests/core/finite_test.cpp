// Whether numbers are numbers.
#include "margay/core/finite.h"

#include <doctest/doctest.h>

#include <limits>
#include <vector>

namespace margay {
namespace {

using Limits = std::numeric_limits<float>;

TEST_CASE("one value that is infinite or NaN is found wherever it stands") {
  CHECK(all_finite({}));
  for (const float odd : {Limits::infinity(), -Limits::infinity(), Limits::quiet_NaN(), -Limits::quiet_NaN()})
    for (const size_t place : {0, 17, 99}) {
      std::vector<float> values(100, -Limits::max());
      values[5] = Limits::denorm_min();
      CHECK(all_finite(values));
      values[place] = odd;
      CHECK_FALSE(all_finite(values));
    }
}

}  // namespace
}  // namespace margay
