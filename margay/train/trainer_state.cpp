// What of a training outlives it: checkpoints to go on from, and the model.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "margay/core/number_text.h"
#include "margay/train/finite.h"
#include "margay/train/optimizer_state.h"
#include "margay/train/provenance.h"
#include "margay/train/trainer_session.h"

namespace margay::train {

void Trainer::Session::save_checkpoint_if_due(bool now) {
  const std::chrono::duration<double> age = std::chrono::steady_clock::now() - last_checkpoint_;
  if (checkpoint_path_.empty() || (!now && age.count() < checkpoint_interval_s_)) return;
  save_checkpoint(
      checkpoint_path_,
      {.progress = progress_,
       .history = history_,
       .weights = network_.weights(),
       .average = average_ ? average_->weights() : graph::Weights{},
       .optimizer = optimizer_state(*optimizer_, network_.tensors()),
       .optimizer_steps = optimizer_->steps(),
       .best = best_,
       .budget = budget_ ? std::optional(BudgetState{budget_->used(), length_.state()}) : std::nullopt},
      std::exchange(replaced_, Replaced::becomes_previous));
  last_checkpoint_ = std::chrono::steady_clock::now();
  const CheckpointSnapshot written{checkpoint_path_, progress_.epoch, progress_.next_step};
  for (TrainingObserver* observer : observers_) observer->on_checkpoint(written);
}

void Trainer::Session::resume(const std::filesystem::path& path) {
  auto [checkpoint, warning] = load_newest_checkpoint(path);
  require_more_than(checkpoint.progress);
  network_.set_weights(checkpoint.weights);
  has_weights_ = true;
  set_optimizer_state(*optimizer_, network_.tensors(), checkpoint.optimizer);
  optimizer_->set_steps(checkpoint.optimizer_steps);
  if (average_) average_->set_weights(checkpoint.average);
  progress_ = checkpoint.progress;
  history_ = std::move(checkpoint.history);
  for (const run::EpochRecord& record : history_) learn_from(record);
  best_ = std::move(checkpoint.best);
  if (budget_ && checkpoint.budget) resume_budget(*checkpoint.budget);
  follow_recorded_length(progress_.epoch, progress_.next_step);
  if (warning.empty()) return;
  // A damaged one must not take the place of the one before it.
  replaced_ = Replaced::is_dropped;
  for (TrainingObserver* observer : observers_) observer->on_warning(warning);
}

/// Fewer epochs than there are cannot be had from a checkpoint.
void Trainer::Session::require_more_than(const EpochProgress& done) const {
  const bool has_part = done.next_step > 0;
  const int least = has_part ? done.epoch : done.epoch - 1;
  require(budget_ || config_.training.epochs >= least, "train",
          fmt::format("{} fewer than the run has done: {}{}",
                      counted(config_.training.epochs, "epoch is", "epochs are"), done.epoch - 1,
                      has_part ? " and a part of the next" : ""),
          fmt::format("--epochs {} or more; for fewer, train anew", least));
}

/// A training that has come to its end goes on where there is time for more than an epoch, with the schedule
/// of a longer one.
void Trainer::Session::resume_budget(const BudgetState& state) {
  config_.recorded_length = {};  // what changed before is not known
  budget_->go_on_after(state.used_s);
  length_.set_state(state.length);
  const double more = history_.empty() ? 0 : budget_->left() / std::max(history_.back().seconds, 1e-3);
  if (is_over() && more > 1)
    length_ = TrainingLength(std::floor(length_.epochs() + std::min(more, kMostEpochs)));
  recipe::change_epochs(config_, std::max(1, length_.epochs()));
}

model::Model Trainer::Session::model() const {
  model::Model made;
  made.graph = network_.graph();
  made.weights = !best_.weights.empty() ? best_.weights : average_ ? average_->weights() : network_.weights();
  require_finite(made.weights, "train");
  made.classes = data_->classes;
  made.preprocess = config_.input;
  made.provenance = provenance_of(config_);
  made.provenance["keep"] = recipe::name_of(config_.training.keep);
  if (const auto choices = recipe::choices_on_validation(config_); data_->validation && !choices.empty())
    made.provenance["chosen_on_validation"] = choices;
  if (loss_.replaced()) made.provenance["loss"] = "custom";
  const int epoch = kept_epoch();
  made.provenance["epoch"] = epoch;
  if (stopped_early()) made.provenance["stopped_early"] = true;
  for (const run::EpochRecord& record : history_) {
    if (record.epoch != epoch) continue;
    made.provenance["accuracy"] = record.accuracy;
    made.provenance["val_accuracy"] = record.val_accuracy;
  }
  return made;
}

}  // namespace margay::train
