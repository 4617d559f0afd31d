// The learning rate of each step.
#include <cmath>

#include "margay/train/callbacks/callbacks.h"
#include "margay/train/schedule.h"

namespace margay::train {
namespace {

/// Of the step whose last batch is done, in [0, 1].
double progress_of_step(const Training& training) {
  const int64_t step = (training.progress.next_step - 1) / training.config.training.accumulate;
  const double share = static_cast<double>(step) / static_cast<double>(training.steps_per_epoch());
  return training.length.progress(training.progress.epoch, share);
}

/// Sets the rate that the schedule of the configuration has.
class LearningRate : public Callback {
 public:
  explicit LearningRate(const Training& training);

  void before_update(Training& training) override {
    const double step = progress_of_step(training) * static_cast<double>(schedule_.steps());
    training.optimizer->set_lr(schedule_.lr(step) * training.lr_factor);
  }
  void after_epoch(Training& training) override { learn(training, training.history.back()); }
  void restore(Training& training, const FoundCheckpoint&) override {
    for (const run::EpochRecord& record : training.history) learn(training, record);
  }

 private:
  /// All that the schedule knows about the past comes from here.
  void learn(const Training& training, const run::EpochRecord& record) {
    if (training.counts(record))
      schedule_.finish_epoch(std::isfinite(record.val_loss) ? record.val_loss : record.loss);
  }

  Schedule schedule_;
};

LearningRate::LearningRate(const Training& training)
    : schedule_(training.config.schedule, training.config.optimizer.lr, training.steps_per_epoch(),
                training.config.training.epochs) {}

}  // namespace

std::unique_ptr<Callback> make_learning_rate(const Training& training) {
  return std::make_unique<LearningRate>(training);
}

}  // namespace margay::train
