// McNemar's test with the binomial distribution.
#include "margay/core/mcnemar.h"

#include <algorithm>
#include <cmath>

#include "margay/core/error.h"

namespace margay {

double mcnemar_p_value(int64_t only_first, int64_t only_second) {
  require(only_first >= 0 && only_second >= 0, "core.mcnemar",
          fmt::format("counts of {} and {}, expected 0 or more", only_first, only_second));
  const double n = static_cast<double>(only_first) + static_cast<double>(only_second);
  if (n == 0) return 1;
  const int64_t fewer = std::min(only_first, only_second);
  // From the largest term down, relative to it: 2^-n alone would be 0 from 1,075 pictures on.
  double term = 1, sum = 1;
  for (int64_t i = fewer; i > 0 && term > 1e-18 * sum; --i) {
    term *= static_cast<double>(i) / (n - static_cast<double>(i) + 1);
    sum += term;
  }
  const double k = static_cast<double>(fewer);
  const double log_largest =
      std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) - n * std::log(2.0);
  return std::min(1.0, (2 * sum - 1) * std::exp(log_largest));
}

}  // namespace margay
