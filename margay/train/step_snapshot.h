// Where a training is after a step.
#pragma once

namespace margay::train {

/// After each step.
struct StepSnapshot {
  int epoch = 0;  ///< from 1
  int epochs = 0;
  int step = 0;  ///< from 1
  int steps = 0;
  double loss = 0;  ///< running mean of the epoch; NaN, as the accuracy is, while none was finite
  double accuracy = 0;
  double seconds = 0;  ///< of this epoch so far
  double images_per_second = 0;
  double seconds_left = 0;  ///< of the whole training, an estimate
};

}  // namespace margay::train
