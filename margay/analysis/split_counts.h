// How many pictures there are of each class in a split.
#pragma once

#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

namespace margay::analysis {

/// Pictures of one split, class by class.
struct SplitCounts {
  std::string name;             ///< "train", "validation", ...
  std::vector<int64_t> counts;  ///< one per class

  int64_t sum() const { return std::accumulate(counts.begin(), counts.end(), int64_t{0}); }
};

}  // namespace margay::analysis
