// Reads like the textbook; what else happens in a training is in callbacks/.
#include "margay/train/loop.h"

#include <algorithm>
#include <cmath>

#include "margay/train/not_finite.h"
#include "margay/train/step_sums.h"
#include "margay/train/targets.h"
#include "margay/train/validation.h"

namespace margay::train {

void Loop::run(std::stop_token stop) {
  tell(&Callback::on_start, training_);
  training_.has_stopped = training_.is_halted();
  while (!training_.is_over() && !training_.has_stopped) {
    const bool is_whole = run_epoch(stop);
    if (is_whole) finish_epoch();
    training_.has_stopped =
        !is_whole || training_.is_halted() || (stop.stop_requested() && !training_.is_over());
    tell(training_.has_stopped ? &Callback::on_stop : &Callback::between_epochs, training_);
  }
}

bool Loop::run_epoch(const std::stop_token& stop) {
  training_.loader.start(training_.progress.epoch, training_.progress.next_step, training_.picture_size());
  tell(&Callback::before_epoch, training_);
  while (!training_.is_epoch_done()) {
    run_step();
    if (training_.is_epoch_done()) break;
    if (stop.stop_requested()) return false;
    tell(&Callback::between_steps, training_);
  }
  return true;
}

void Loop::run_step() {
  training_.optimizer->zero_grad();
  begin_step(training_);
  tell(&Callback::before_step, training_);
  do {
    training_.loader.next(batch_);
    train_batch();
    if (training_.is_between_steps()) update();
    tell(&Callback::after_batch, training_);
  } while (!training_.is_between_steps());
}

void Loop::train_batch() {
  const Targets targets = make_targets(batch_, training_.mix_of_batch(), training_.config.training.seed,
                                       training_.progress.epoch, training_.device);
  const at::Tensor logits = training_.forward(batch_, training_.training_context(batch_));
  const BatchLoss loss = training_.loss(logits, targets);
  const auto mean = loss.mean.item<double>();
  training_.shown = {batch_.width, batch_.height};
  ++training_.progress.next_step;
  if (!std::isfinite(mean)) return refuse(training_, fmt::format("the loss became {}", mean));
  const double share = share_of_step(training_, batch_, loss);
  (share == 1 ? loss.mean : loss.mean * share).backward();
  count(training_, batch_, loss, mean);
}

void Loop::update() {
  if (!training_.optimizer->has_finite_gradients()) refuse(training_, "the gradient became infinite or NaN");
  if (!training_.step.refusal.empty()) {
    const bool may_go_on = std::any_of(callbacks_.begin(), callbacks_.end(),
                                       [&](const auto& callback) { return callback->on_refusal(training_); });
    if (!may_go_on) throw not_finite(training_.config, training_.step.refusal);
    return;
  }
  tell(&Callback::before_update, training_);
  training_.optimizer->step(training_.step.averages, gradient_scale(training_.step));
  tell(&Callback::after_update, training_);
}

void Loop::finish_epoch() {
  tell(&Callback::after_steps, training_);
  const EpochProgress& done = training_.progress;
  run::EpochRecord record = record_of(done);
  record.learning_rate = training_.optimizer->lr();
  const bool measured = training_.validates(done.epoch) || done.epoch == training_.halt_after_epoch;
  add(measured ? validate() : Measures{}, record);
  tell(&Callback::complete, record);
  training_.history.push_back(std::move(record));
  training_.progress = {.epoch = done.epoch + 1};
  tell(&Callback::after_epoch, training_);
}

Measures Loop::validate() {
  tell(&Callback::before_validation, training_);
  const Measures measures = measure(training_);
  tell(&Callback::after_validation, training_);
  return measures;
}

}  // namespace margay::train
