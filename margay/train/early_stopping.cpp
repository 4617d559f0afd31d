// Counts epochs without a lower loss.
#include "margay/train/early_stopping.h"

#include <cmath>

namespace margay::train {

void EarlyStopping::finish_epoch(double loss) {
  if (std::isfinite(loss) && loss < lowest_loss_ - min_delta_) {
    lowest_loss_ = loss;
    epochs_without_lower_ = 0;
  } else {
    ++epochs_without_lower_;
  }
}

}  // namespace margay::train
