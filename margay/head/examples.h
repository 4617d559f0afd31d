// What a head is fitted to: vectors of features with their classes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace margay::head {

/// Vectors of features `[N, width]` of some augmented views of `pictures` pictures, each view whole after the
/// one before: N = views * pictures, and vector i is of picture i % pictures. All views of a picture are held
/// out together, and count together as much as one.
struct Examples {
  std::span<float> features;    ///< row-major, finite; fitting standardises them in place
  size_t width = 0;             ///< numbers of one vector
  std::vector<int> labels;      ///< by picture, from 0
  int classes = 0;              ///< at least 2
  std::vector<double> weights;  ///< by class: how much its pictures count; empty: all alike

  size_t pictures() const { return labels.size(); }
  size_t vectors() const { return width == 0 ? 0 : features.size() / width; }
  /// Throws UsageError when the parts do not fit each other.
  void validate() const;
};

/// Mean and deviation of every feature over all vectors.
struct Standard {
  std::vector<double> mean;       ///< [width]
  std::vector<double> deviation;  ///< [width]; 1 where a feature is the same everywhere
};

/// Makes every feature have mean 0 and deviation 1, and says what they were.
Standard standardize(const Examples& examples);

}  // namespace margay::head
