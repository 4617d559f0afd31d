// The steps of a learning-rate range test.
#include <cstdint>

#include "margay/core/error.h"
#include "margay/engine/thread_count.h"
#include "margay/train/loop.h"
#include "margay/train/not_finite.h"
#include "margay/train/trainer_session.h"

namespace margay::train {
namespace {

/// In place of the schedule's.
class TestedRate : public Callback {
 public:
  explicit TestedRate(double& rate) : rate_(rate) {}
  void before_update(Training& training) override { training.optimizer->set_lr(rate_); }

 private:
  double& rate_;
};

/// Mean per picture, or NaN where it is not finite; after the last step of an epoch comes the next epoch.
double loss_of_next_step(Training& training, Loop& loop) try {
  EpochProgress& progress = training.progress;
  if (progress.next_step == training.loader.batches()) progress = {.epoch = progress.epoch + 1};
  if (progress.next_step == 0) training.loader.start(progress.epoch, 0, training.picture_size());
  progress.loss_sum = 0, progress.seen = 0;
  loop.run_step();
  return progress.mean(progress.loss_sum);
} catch (const NotFiniteError&) {
  return kNotMeasured;
}

}  // namespace

/// None of the callbacks of a training has a part in it: a range test wants to see where the loss is lost.
run::RangeTestCurve Trainer::Session::test_rates(const run::RangeTest& test, const ProgressObserver& progress,
                                                 std::stop_token stop) {
  test.validate();
  const engine::ThreadCount threads(training.computing_threads());
  load_pretrained_weights();
  announce_start();
  run::RangeTestCurve curve(test);
  double rate = 0;
  Callbacks callbacks;
  callbacks.push_back(std::make_unique<TestedRate>(rate));
  Loop loop(training, callbacks);
  while (!curve.ended()) {
    require<Interrupted>(!stop.stop_requested(), "lr-find", "stopped");
    rate = curve.next_lr();
    curve.add(loss_of_next_step(training, loop));
    if (progress)
      progress({"trying rates", curve.points().size(), static_cast<uint64_t>(test.steps), "steps"});
  }
  return curve;
}

}  // namespace margay::train
