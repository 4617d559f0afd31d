// What a classifier says about labelled pictures.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace margay::analysis {

/// What a classifier says about one labelled picture.
struct Verdict {
  size_t picture = 0;
  int truth = 0;           ///< class that it shows
  int said = 0;            ///< class with the highest probability, the first of equals
  double probability = 0;  ///< of that class

  bool right() const { return truth == said; }
};

/// A verdict on each picture, the surest first. `labels` [N] are the true classes, `probabilities`
/// [N][classes]. Throws UsageError when sizes or labels do not fit.
std::vector<Verdict> verdicts_of(std::span<const int> labels,
                                 std::span<const std::vector<double>> probabilities);

}  // namespace margay::analysis
