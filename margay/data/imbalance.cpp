// Leaves classes without pictures out.
#include "margay/data/imbalance.h"

#include <algorithm>

namespace margay::data {

double imbalance_of(std::span<const int64_t> counts) {
  int64_t largest = 0, smallest = 0;
  for (const int64_t count : counts) {
    if (count == 0) continue;
    largest = std::max(largest, count);
    smallest = smallest == 0 ? count : std::min(smallest, count);
  }
  return largest == 0 ? 1 : static_cast<double>(largest) / static_cast<double>(smallest);
}

}  // namespace margay::data
