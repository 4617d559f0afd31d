// What of a training outlives it: checkpoints to go on from, and the model.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>

#include "margay/core/duration.h"
#include "margay/core/number_text.h"
#include "margay/recipe/lasting_settings.h"
#include "margay/train/optimizer_state.h"
#include "margay/train/provenance.h"
#include "margay/train/same_settings.h"
#include "margay/train/trainer_session.h"

namespace margay::train {

void Trainer::Session::write_checkpoint() try {
  save_checkpoint(
      checkpoint_path_,
      {.progress = progress_,
       .history = history_,
       .weights = network_.weights(),
       .average = average_ ? average_->weights() : graph::Weights{},
       .optimizer = optimizer_state(*optimizer_, network_.tensors()),
       .optimizer_steps = optimizer_->steps(),
       .best = best_,
       .budget = budget_ ? std::optional(BudgetState{budget_->used(), length_.state()}) : std::nullopt,
       .settings = recipe::lasting_settings(config_)},
      std::exchange(replaced_, Replaced::becomes_previous));
} catch (const ModelError& error) {
  throw_not_finite(error);
}

void Trainer::Session::save_checkpoint_if_due(bool now) {
  const std::chrono::duration<double> age = std::chrono::steady_clock::now() - last_checkpoint_;
  if (checkpoint_path_.empty() || (!now && age.count() < checkpoint_interval_s_)) return;
  write_checkpoint();
  last_checkpoint_ = std::chrono::steady_clock::now();
  const CheckpointSnapshot written{checkpoint_path_, progress_.epoch, progress_.next_step};
  for (TrainingObserver* observer : observers_) observer->on_checkpoint(written);
}

void Trainer::Session::resume(const std::filesystem::path& path) {
  auto [checkpoint, warning] = load_newest_checkpoint(path);
  require_same_settings(checkpoint.settings, recipe::lasting_settings(config_), path.parent_path());
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
  if (budget_) resume_budget(checkpoint.budget);
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
/// of a longer one. One that had no budget so far has all of it from now on.
void Trainer::Session::resume_budget(const std::optional<BudgetState>& state) {
  if (state) {
    config_.recorded_length = {};  // what changed before is not known
    budget_->go_on_after(state->used_s);
    length_.set_state(state->length);
  }
  const double more = time_for_steps() / epoch_s();
  if (progress_.epoch > length_.epochs() && !stopping_.is_over() && more > 1) {
    config_.recorded_length = {};  // the epochs so far had the schedule of fewer
    length_ = TrainingLength(std::min(kMostEpochs, std::floor(length_.epochs() + more)));
  }
  recipe::change_epochs(config_, std::max(1, length_.epochs()));
  // Where nothing is added to it, what is written down stays true.
  if (is_over() && state && is_recorded_up_to(*state)) config_.recorded_length = std::move(recorded_before_);
}

/// Whether the configuration knows of the last change of the length. It is written after the checkpoint.
bool Trainer::Session::is_recorded_up_to(const BudgetState& state) const {
  const std::vector<double>& changes = recorded_before_.changes;
  return recorded_before_.is_recorded() && !changes.empty() && *(changes.end() - 2) == state.length.done;
}

/// What another epoch takes, before it is measured: the last one may have been a part.
double Trainer::Session::epoch_s() const {
  constexpr double kLeast_s = 1e-3;
  double longest = kLeast_s;
  for (size_t i = history_.size() - std::min<size_t>(2, history_.size()); i < history_.size(); ++i)
    longest = std::max(longest, history_[i].seconds);
  return history_.empty() ? std::numeric_limits<double>::infinity() : longest;
}

std::optional<Ending> Trainer::Session::ending() const {
  if (!is_over()) return std::nullopt;
  const int done = progress_.epoch - 1;
  if (stopped_early())
    return Ending{
        fmt::format("with a patience of {} it ends after epoch {}", config_.training.patience, done),
        "--patience 0 goes on"};
  if (budget_) return ending_of_budget();
  return Ending{done == 1 ? "its 1 epoch is done" : fmt::format("its {} epochs are done", done),
                fmt::format("--epochs {}{} goes on", done + 1, stopping_.is_over() ? " --patience 0" : "")};
}

Ending Trainer::Session::ending_of_budget() const {
  // So much that it goes on for as long as this budget is, and for two epochs at least, once a busier machine
  // has read the pictures again.
  constexpr double kReading_s = 5;
  const double enough = budget_->used() + kReading_s +
                        std::max(budget_->seconds(), time_for_report(2 * budget_->seconds()) + 2 * epoch_s());
  return {
      fmt::format("a budget of {} counts all sessions, which have taken {} so far, and leaves no time for "
                  "another epoch",
                  format_duration(budget_->seconds()), format_duration(budget_->used())),
      fmt::format("--budget {}{} goes on", whole_duration(enough),
                  stopping_.is_over() ? " --patience 0" : "")};
}

/// The weights of the model.
graph::Weights Trainer::Session::kept_weights() const try {
  graph::Weights weights = !best_.weights.empty() ? best_.weights
                           : average_             ? average_->weights()
                                                  : network_.weights();
  graph::require_finite(weights, "train");
  return weights;
} catch (const ModelError& error) {
  throw_not_finite(error);
}

model::Model Trainer::Session::model() const {
  model::Model made;
  made.graph = network_.graph();
  made.weights = kept_weights();
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
