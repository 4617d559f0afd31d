// The smallest p-value counts as often as there are tests, the next once less, and none less than the one
// before.
#include "margay/core/holm.h"

#include <algorithm>
#include <numeric>

namespace margay {

std::vector<double> holm_corrected(std::span<const double> p_values) {
  std::vector<size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, {}, [&](size_t i) { return p_values[i]; });
  std::vector<double> corrected(p_values.size());
  double least = 0;
  for (size_t rank = 0; rank < order.size(); ++rank) {
    const auto tests_left = static_cast<double>(order.size() - rank);
    least = std::max(least, std::min(1.0, tests_left * p_values[order[rank]]));
    corrected[order[rank]] = least;
  }
  return corrected;
}

}  // namespace margay
