// How many pictures there are of each class, split by split.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "margay/report/markup.h"

namespace margay::report {

/// Pictures of one split, class by class.
struct SplitCounts {
  std::string name;             ///< "train", "validation", ...
  std::vector<int64_t> counts;  ///< one per class

  int64_t sum() const;
};

/// A row per class, of very many the first, and one for all.
Markup split_table(std::span<const std::string> classes, std::span<const SplitCounts> splits);

}  // namespace margay::report
