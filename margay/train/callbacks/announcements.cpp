// Tells whoever watches.
#include "margay/train/callbacks/callbacks.h"

namespace margay::train {
namespace {

double seconds_left(const Training& training) {
  return training.time_left.seconds(training.length, training.progress.epoch, training.progress.next_step);
}

/// Of each batch and each epoch. Observers look on, and change nothing.
class Announcements : public Callback {
 public:
  void after_batch(Training& training) override {
    const EpochProgress& progress = training.progress;
    const StepSnapshot snapshot{.epoch = progress.epoch,
                                .epochs = training.length.epochs(),
                                .step = progress.next_step,
                                .steps = training.batches_of_epoch(),
                                .loss = progress.mean(progress.loss_sum),
                                .accuracy = progress.mean(static_cast<double>(progress.correct)),
                                .seconds = progress.seconds,
                                .images_per_second = static_cast<double>(progress.seen) / progress.seconds,
                                .seconds_left = seconds_left(training)};
    training.tell([&](TrainingObserver& observer) { observer.on_step(snapshot); });
  }
  void after_epoch(Training& training) override {
    training.tell([&](TrainingObserver& observer) {
      observer.on_time_left(seconds_left(training));
      observer.on_epoch(training.history, training.config);
    });
  }
};

}  // namespace

std::unique_ptr<Callback> make_announcements() {
  return std::make_unique<Announcements>();
}

}  // namespace margay::train
