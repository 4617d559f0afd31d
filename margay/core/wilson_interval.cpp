// Wilson's score interval.
#include "margay/core/wilson_interval.h"

#include <algorithm>
#include <cmath>

#include "margay/core/error.h"

namespace margay {

Interval wilson_interval(int64_t correct, int64_t total) {
  require(0 <= correct && correct <= total, "core.interval",
          fmt::format("{} of {} is no share", correct, total));
  if (total == 0) return {};
  constexpr double z = 1.959963984540054;  // the 97.5 % point of the normal distribution
  const double n = static_cast<double>(total), p = static_cast<double>(correct) / n;
  const double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

}  // namespace margay
