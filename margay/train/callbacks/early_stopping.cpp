// Counts epochs without a lower loss.
#include "margay/train/callbacks/early_stopping.h"

#include <cmath>

#include "margay/core/option_text.h"

namespace margay::train {

void EarlyStopping::finish_epoch(double loss) {
  if (std::isfinite(loss) && loss < lowest_loss_ - min_delta_) {
    lowest_loss_ = loss;
    epochs_without_lower_ = 0;
  } else {
    ++epochs_without_lower_;
  }
}

void EarlyStopping::learn(Training& training, const run::EpochRecord& record) {
  if (training.counts(record)) finish_epoch(record.val_loss);
  training.has_stopped_improving = is_over();
}

void EarlyStopping::restore(Training& training, const FoundCheckpoint&) {
  for (const run::EpochRecord& record : training.history) learn(training, record);
}

std::optional<Ending> EarlyStopping::ending(const Training& training) const {
  if (!training.has_stopped_early()) return {};
  return Ending{
      fmt::format("with a patience of {} it ends after epoch {}", patience_, training.progress.epoch - 1),
      "`patience=0` goes on"_worded};
}

}  // namespace margay::train
