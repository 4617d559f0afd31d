// What acts on a training between the parts of its loop.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "margay/train/training.h"

namespace margay::train {

/// One concern of a training: it hears of every part of the loop, may change the training there, and keeps
/// what it has to remember in the checkpoint. The loop knows none of them; they are called in their order.
class Callback {
 public:
  virtual ~Callback() = default;

  /// Before the first step, the network having its weights.
  virtual void on_start(Training&) {}
  virtual void before_epoch(Training&) {}
  virtual void before_step(Training&) {}
  /// The gradients are there, and the optimiser is about to use them.
  virtual void before_update(Training&) {}
  virtual void after_update(Training&) {}
  /// In place of the update, whose gradient cannot be used: training.step.refusal says why. True where the
  /// training may go on without this step.
  virtual bool on_refusal(Training&) { return false; }
  virtual void after_batch(Training&) {}
  /// Where a training could be stopped: not before the first step of an epoch, nor after the last.
  virtual void between_steps(Training&) {}
  /// After the last step of an epoch.
  virtual void after_steps(Training&) {}
  virtual void before_validation(Training&) {}
  virtual void after_validation(Training&) {}
  /// What it knows of the epoch besides; the same columns in every record.
  virtual void complete(run::EpochRecord&) {}
  /// The record of the epoch is the last of training.history, training.progress at the start of the next.
  virtual void after_epoch(Training&) {}
  /// After that, unless the training stops there.
  virtual void between_epochs(Training&) {}
  /// When stopped before the end, in an epoch or between two.
  virtual void on_stop(Training&) {}

  virtual void save(const Training&, Checkpoint&) const {}
  /// The training has the weights, the optimiser, the progress and the history of the checkpoint.
  virtual void restore(Training&, const FoundCheckpoint&) {}
  /// The weights of the model in place of the network's, and their epoch in place of the last one.
  virtual std::optional<graph::Weights> kept_weights() const { return {}; }
  virtual std::optional<int> kept_epoch() const { return {}; }
  /// Why a training that is over has come to its end, where that is this one's doing.
  virtual std::optional<Ending> ending(const Training&) const { return {}; }
};

using Callbacks = std::vector<std::unique_ptr<Callback>>;

}  // namespace margay::train
