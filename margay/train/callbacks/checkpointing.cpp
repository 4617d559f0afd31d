// Keeps a checkpoint on the disk.
#include <chrono>
#include <utility>

#include "margay/core/bare_reason.h"
#include "margay/recipe/lasting_settings.h"
#include "margay/train/callbacks/callbacks.h"
#include "margay/train/not_finite.h"

namespace margay::train {
namespace {

/// At training.checkpoint_path, and the one before: between two steps as soon as
/// training.checkpoint_interval_s seconds are over, when stopped, and at the end.
class Checkpointing : public Callback {
 public:
  /// What `callbacks` save is in it.
  explicit Checkpointing(const Callbacks& callbacks) : callbacks_(callbacks) {}

  void on_start(Training&) override { last_ = Clock::now(); }
  void between_steps(Training& training) override {
    const std::chrono::duration<double> age = Clock::now() - last_;
    if (age.count() >= training.checkpoint_interval_s) write(training);
  }
  void between_epochs(Training& training) override {
    training.is_over() ? write(training) : between_steps(training);
  }
  void on_stop(Training& training) override { write(training); }
  /// A damaged one must not take the place of the one before it.
  void restore(Training& training, const FoundCheckpoint& found) override {
    if (found.warning.empty()) return;
    replaced_ = Replaced::is_dropped;
    training.tell([&](TrainingObserver& observer) { observer.on_warning(found.warning); });
  }

 private:
  using Clock = std::chrono::steady_clock;

  /// Throws IoError; NotFiniteError, and the checkpoint that is there stays.
  void write(Training& training);

  const Callbacks& callbacks_;
  Replaced replaced_ = Replaced::becomes_previous;
  Clock::time_point last_ = {};
};

void Checkpointing::write(Training& training) try {
  if (training.checkpoint_path.empty()) return;
  Checkpoint checkpoint;
  checkpoint.progress = training.progress;
  checkpoint.history = training.history;
  checkpoint.weights = training.network.weights();
  checkpoint.optimizer = optimizer_state(*training.optimizer, training.network.tensors());
  checkpoint.optimizer_steps = training.optimizer->steps();
  checkpoint.settings = recipe::lasting_settings(training.config);
  for (const auto& callback : callbacks_) callback->save(training, checkpoint);
  save_checkpoint(training.checkpoint_path, checkpoint, std::exchange(replaced_, Replaced::becomes_previous));
  last_ = Clock::now();
  const CheckpointSnapshot written{training.checkpoint_path, training.progress.epoch,
                                   training.progress.next_step};
  training.tell([&](TrainingObserver& observer) { observer.on_checkpoint(written); });
} catch (const ModelError& error) {
  throw not_finite(training.config, bare_reason(error));
}

}  // namespace

std::unique_ptr<Callback> make_checkpointing(const Callbacks& callbacks) {
  return std::make_unique<Checkpointing>(callbacks);
}

}  // namespace margay::train
