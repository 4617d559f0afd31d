// Watches a training and ends it.
#include "margay/workflow/step_speed.h"

#include <algorithm>
#include <utility>

#include "margay/core/cpu.h"
#include "margay/core/error.h"
#include "margay/train/trainer.h"

namespace margay::workflow {
namespace {

/// Times the steps of a training and stops it when it has seen enough.
class StepWatch final : public train::TrainingObserver {
 public:
  StepWatch(int batches_per_step, const Measuring& measuring)
      : batches_per_step_(batches_per_step), measuring_(measuring) {}

  void on_step(const train::StepSnapshot& snapshot) override {
    speed_.peak_anonymous_bytes = std::max(speed_.peak_anonymous_bytes, anonymous_memory_bytes());
    // The last step of an epoch is not like others: it may be smaller, and measures how far it went.
    if (snapshot.step % batches_per_step_ != 0 || snapshot.step == snapshot.steps) return;
    const bool is_first = snapshot.step == batches_per_step_;
    const double step_s = snapshot.seconds - (is_first ? 0 : epoch_s_);
    epoch_s_ = snapshot.seconds;
    const bool fills_caches = ++seen_ <= measuring_.fewest_steps && filling_s_ <= measuring_.warm_up_s;
    const bool is_too_slow = fills_caches && (filling_s_ += step_s) > measuring_.patience_s;
    if (fills_caches && !is_too_slow) return;
    speed_.timing.add(step_s);
    const bool is_enough = speed_.timing.repetitions() >= measuring_.fewest_steps &&
                           speed_.timing.total_s() >= measuring_.seconds;
    if (is_enough || is_too_slow) stop_.request_stop();
  }

  std::stop_source& stop() { return stop_; }
  const StepSpeed& speed() const { return speed_; }

 private:
  int batches_per_step_;
  Measuring measuring_;
  int seen_ = 0;
  double epoch_s_ = 0, filling_s_ = 0;
  StepSpeed speed_;
  std::stop_source stop_;
};

}  // namespace

StepSpeed measure_steps(recipe::Config config, std::shared_ptr<const train::TrainingData> data,
                        const Measuring& measuring, const std::stop_token& stop) {
  config.training.method = recipe::Method::steps;
  config.training.epochs = 1'000'000;
  config.training.patience = 0;
  // Choosing an epoch takes no time in a step, and wants validation pictures.
  if (config.training.keep == recipe::Keep::best) config.training.keep = recipe::Keep::last;
  config.training.validate_every = 1'000'000;
  config.network.weights.clear();
  config.budget = {};
  config.recorded_length = {};
  config.optimizer.lr = 1e-9;  // no rate may spoil the loss of labels that mean nothing
  StepWatch watch(config.training.accumulate, measuring);
  train::Trainer trainer(config, std::move(data));
  trainer.observe(watch);
  const std::stop_callback stop_too(stop, [&] { watch.stop().request_stop(); });
  trainer.fit(watch.stop().get_token());
  require<Interrupted>(!stop.stop_requested(), "train",
                       "stopped while measuring how fast this machine trains");
  return watch.speed();
}

}  // namespace margay::workflow
