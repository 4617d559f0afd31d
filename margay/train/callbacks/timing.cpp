// Times the parts of a training.
#include <chrono>
#include <utility>

#include "margay/train/callbacks/callbacks.h"

namespace margay::train {
namespace {

/// Fills progress.seconds and training.time_left. It is the first of the callbacks, so that what the others
/// do counts for the part that comes.
class Timing : public Callback {
 public:
  void on_start(Training&) override { lap(); }
  /// Since the last validation there were only files to write.
  void before_epoch(Training& training) override {
    const double files_s = lap();
    if (!std::exchange(is_first_epoch_, false)) training.time_left.add_files(files_s);
  }
  void after_batch(Training& training) override {
    const double step_s = lap();
    training.progress.seconds += step_s;
    training.time_left.add_step(step_s, training.shown);
  }
  void after_validation(Training& training) override { training.time_left.add_validation(lap()); }

 private:
  /// Seconds since it was asked last.
  double lap() {
    const auto before = std::exchange(last_, std::chrono::steady_clock::now());
    return std::chrono::duration<double>(last_ - before).count();
  }

  std::chrono::steady_clock::time_point last_ = {};
  bool is_first_epoch_ = true;
};

}  // namespace

std::unique_ptr<Callback> make_timing() {
  return std::make_unique<Timing>();
}

}  // namespace margay::train
