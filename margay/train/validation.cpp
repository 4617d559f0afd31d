// Asks the network about every validation picture.
#include "margay/train/validation.h"

#include "margay/train/targets.h"

namespace margay::train {

Measures measure(Training& training) {
  if (!training.validation_loader) return {};
  const c10::InferenceMode inference;
  ValidationScore score(training.data->classes.size());
  data::Batch batch;
  training.validation_loader->start(training.progress.epoch);
  while (training.validation_loader->next(batch))
    score.add(cross_entropy(training.forward(batch, {}), label_tensor(batch.labels, training.device)),
              batch.labels);
  return score.measures();
}

void add(const Measures& measures, run::EpochRecord& record) {
  record.val_loss = measures.loss;
  record.val_accuracy = measures.accuracy;
  record.others.insert(record.others.begin(), {run::kBalancedAccuracy, measures.balanced_accuracy});
}

}  // namespace margay::train
