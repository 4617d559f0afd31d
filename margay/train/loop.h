// The training loop: epoch, step, batch, validation.
#pragma once

#include <stop_token>

#include "margay/train/callback.h"
#include "margay/train/validation_score.h"

namespace margay::train {

/// Trains what it is given, and tells the callbacks of every part. All else is theirs.
class Loop {
 public:
  /// Both must outlive it.
  Loop(Training& training, const Callbacks& callbacks) : training_(training), callbacks_(callbacks) {}

  /// Epoch after epoch, until the training is over or stopped. Throws NotFiniteError.
  void run(std::stop_token stop);
  /// Takes the next step of the optimiser in the epoch that the loader has begun. Throws NotFiniteError.
  void run_step();

 private:
  /// False when stopped before the epoch's end.
  bool run_epoch(const std::stop_token& stop);
  void train_batch();
  void update();
  void finish_epoch();
  Measures validate();
  template <class Event, class... More>
  void tell(Event event, More&... more) {
    for (const auto& callback : callbacks_) (callback.get()->*event)(more...);
  }

  Training& training_;
  const Callbacks& callbacks_;
  data::Batch batch_;
};

}  // namespace margay::train
