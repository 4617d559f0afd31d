// Repeats a training that kept to a budget of time.
#include "margay/train/callbacks/callbacks.h"

namespace margay::train {
namespace {

/// Makes the changes of config.recorded_length when as much was done.
class RecordedLength : public Callback {
 public:
  void between_steps(Training& training) override { follow(training, training.epochs_done()); }
  void after_steps(Training& training) override { follow(training, training.progress.epoch); }
  void restore(Training& training, const FoundCheckpoint&) override {
    follow(training, training.epochs_done());
  }

 private:
  void follow(Training& training, double done) {
    const std::vector<double>& changes = training.config.recorded_length.changes;
    for (; 2 * made_ < changes.size() && changes[2 * made_] <= done; ++made_)
      training.change_length(changes[2 * made_], changes[2 * made_ + 1]);
  }

  size_t made_ = 0;  ///< changes
};

}  // namespace

std::unique_ptr<Callback> make_recorded_length() {
  return std::make_unique<RecordedLength>();
}

}  // namespace margay::train
