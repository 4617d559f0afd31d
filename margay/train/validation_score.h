// What validation finds out, batch by batch.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "margay/train/loss.h"

namespace margay::train {

inline constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();

/// How good a network is on the validation pictures.
struct Measures {
  double loss = kNotMeasured;  ///< mean per picture
  double accuracy = kNotMeasured;
  double balanced_accuracy = kNotMeasured;  ///< mean over the classes that have pictures
};

/// Adds up the batches of one validation.
class ValidationScore {
 public:
  explicit ValidationScore(size_t classes) : counts_(classes), right_(classes) {}

  /// `labels` [N] are those that `loss` was measured with.
  void add(const BatchLoss& loss, std::span<const int32_t> labels);
  /// At least one picture must have been added.
  Measures measures() const;

 private:
  std::vector<int64_t> counts_, right_;  ///< per class
  double loss_sum_ = 0;
};

}  // namespace margay::train
