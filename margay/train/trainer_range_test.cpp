// The steps of a learning-rate range test.
#include <cstdint>

#include "margay/core/error.h"
#include "margay/train/trainer_session.h"

namespace margay::train {

run::RangeTestCurve Trainer::Session::test_rates(const run::RangeTest& test, const ProgressObserver& progress,
                                                 std::stop_token stop) {
  test.validate();
  load_pretrained_weights();
  announce_start();
  run::RangeTestCurve curve(test);
  data::Batch batch;
  while (!curve.ended()) {
    require<Interrupted>(!stop.stop_requested(), "lr-find", "stopped");
    tested_rate_ = curve.next_lr();
    curve.add(loss_of_next_step(batch));
    if (progress)
      progress({"trying rates", curve.points().size(), static_cast<uint64_t>(test.steps), "steps"});
  }
  return curve;
}

/// Mean per picture, or NaN where it is not finite; after the last step of an epoch comes the next epoch.
double Trainer::Session::loss_of_next_step(data::Batch& batch) try {
  if (progress_.next_step == loader_.batches()) progress_ = {.epoch = progress_.epoch + 1};
  if (progress_.next_step == 0) loader_.start(progress_.epoch, 0, size_of_epoch());
  progress_.loss_sum = 0, progress_.seen = 0;
  do {
    loader_.next(batch);
    train_batch(batch);
  } while (!at_step_boundary());
  return progress_.loss_sum / static_cast<double>(progress_.seen);
} catch (const NotFiniteError&) {
  return kNotMeasured;
}

}  // namespace margay::train
