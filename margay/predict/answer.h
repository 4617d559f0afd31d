// What a classifier says about a picture.
#pragma once

#include <vector>

#include "margay/core/api.h"

namespace margay::predict {

/// What a model says about one picture.
struct MARGAY_API Answer {
  std::vector<double> probabilities;  ///< one per class, sum 1

  /// The class with the highest probability; the first of several.
  int best() const;
  /// The `count` most probable classes, falling; fewer when there are fewer.
  std::vector<int> top(int count) const;
};

}  // namespace margay::predict
