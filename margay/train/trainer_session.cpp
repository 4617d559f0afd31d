// How a training begins and goes on.
#include "margay/train/trainer_session.h"

#include <utility>

#include "margay/core/bare_reason.h"
#include "margay/core/number_text.h"
#include "margay/core/option_text.h"
#include "margay/engine/thread_count.h"
#include "margay/recipe/lasting_settings.h"
#include "margay/train/callbacks/callbacks.h"
#include "margay/train/loop.h"
#include "margay/train/not_finite.h"
#include "margay/train/provenance.h"
#include "margay/train/same_settings.h"
#include "margay/weights/published.h"
#include "margay/weights/transfer.h"

namespace margay::train {

Trainer::Session::Session(recipe::Config config, std::shared_ptr<const TrainingData> data,
                          CustomTransform transform)
    : training(std::move(config), std::move(data), std::move(transform)) {
  add_callbacks(training, callbacks_);
}

/// Once, and not where a checkpoint has better ones.
void Trainer::Session::load_pretrained_weights() {
  const recipe::NetworkConfig& network = training.config.network;
  if (has_weights_ || network.weights.empty()) return;
  const std::filesystem::path file = weights::resolve_weights(network.name, network.weights);
  weights::Transfer transfer =
      weights::transfer_file(training.network.graph(), file, network.weights, training.data->classes,
                             network.initializer, training.config.training.seed);
  begin_with(transfer.weights, {network.weights, transfer.taken.size(), std::move(transfer.fresh),
                                std::move(transfer.about_head)});
}

void Trainer::Session::begin_with(const graph::Weights& weights, PretrainedWeights pretrained) {
  training.network.set_weights(weights);
  pretrained_ = std::move(pretrained);
  has_weights_ = true;
}

void Trainer::Session::resume(const std::filesystem::path& path) {
  FoundCheckpoint found = load_newest_checkpoint(path);
  Checkpoint& checkpoint = found.checkpoint;
  require_same_settings(checkpoint.settings, recipe::lasting_settings(training.config), path.parent_path());
  require_more_than(checkpoint.progress);
  training.network.set_weights(checkpoint.weights);
  has_weights_ = true;
  set_optimizer_state(*training.optimizer, training.network.tensors(), checkpoint.optimizer);
  training.optimizer->set_steps(checkpoint.optimizer_steps);
  training.progress = checkpoint.progress;
  training.history = std::move(checkpoint.history);
  for (const auto& callback : callbacks_) callback->restore(training, found);
}

/// Fewer epochs than there are cannot be had from a checkpoint.
void Trainer::Session::require_more_than(const EpochProgress& done) const {
  const int epochs = training.config.training.epochs;
  const bool has_part = done.next_step > 0;
  const int least = has_part ? done.epoch : done.epoch - 1;
  require(training.config.budget.seconds > 0 || epochs >= least, "train",
          fmt::format("{} fewer than the run has done: {}{}", counted(epochs, "epoch is", "epochs are"),
                      done.epoch - 1, has_part ? " and a part of the next" : ""),
          option_text("epochs", std::to_string(least)) + " or more; for fewer, train anew");
}

void Trainer::Session::announce_start() {
  const TrainingStart start{
      .config = training.config,
      .training_pictures = training.data->train.size(),
      .validation_pictures = training.data->validation ? training.data->validation->size() : 0,
      .steps_per_epoch = training.loader.batches(),
      .first_epoch = training.progress.epoch,
      .history = training.history,
      .pretrained = pretrained_,
      .ending = ending()};
  training.tell([&](TrainingObserver& observer) { observer.on_start(start); });
}

TrainingResult Trainer::Session::fit(std::stop_token stop) {
  const engine::ThreadCount threads(training.computing_threads());
  load_pretrained_weights();
  announce_start();
  Loop(training, callbacks_).run(std::move(stop));
  return {training.history, training.has_stopped, training.has_stopped_early(), kept_epoch()};
}

std::optional<Ending> Trainer::Session::ending() const {
  if (!training.is_over()) return {};
  for (const auto& callback : callbacks_)
    if (auto ending = callback->ending(training)) return ending;
  const int done = training.progress.epoch - 1;
  return Ending{done == 1 ? "its 1 epoch is done" : fmt::format("its {} epochs are done", done),
                fmt::format("{}{} goes on", option_text("epochs", std::to_string(done + 1)),
                            training.has_stopped_improving ? " `patience=0`"_worded : "")};
}

/// The weights of the model. Throws NotFiniteError.
graph::Weights Trainer::Session::kept_weights() const try {
  std::optional<graph::Weights> kept;
  for (auto callback = callbacks_.begin(); !kept && callback != callbacks_.end(); ++callback)
    kept = (*callback)->kept_weights();
  if (!kept) kept = training.network.weights();
  graph::require_finite(*kept, "train");
  return std::move(*kept);
} catch (const ModelError& error) {
  throw not_finite(training.config, bare_reason(error));
}

/// Whose weights are the model's; 0 before the first epoch has ended.
int Trainer::Session::kept_epoch() const {
  for (const auto& callback : callbacks_)
    if (const auto kept = callback->kept_epoch()) return *kept;
  return training.history.empty() ? 0 : training.history.back().epoch;
}

model::Model Trainer::Session::model() const {
  const recipe::Config& config = training.config;
  model::Model made;
  made.graph = training.network.graph();
  made.weights = kept_weights();
  made.classes = training.data->classes;
  made.preprocess = config.input;
  made.provenance = provenance_of(config);
  made.provenance["keep"] = recipe::name_of(config.training.keep);
  if (const auto choices = recipe::choices_on_validation(config);
      training.data->validation && !choices.empty())
    made.provenance["chosen_on_validation"] = choices;
  if (training.loss.replaced()) made.provenance["loss"] = "custom";
  const int epoch = kept_epoch();
  made.provenance["epoch"] = epoch;
  if (training.has_stopped_early()) made.provenance["stopped_early"] = true;
  for (const run::EpochRecord& record : training.history) {
    if (record.epoch != epoch) continue;
    made.provenance["accuracy"] = record.accuracy;
    made.provenance["val_accuracy"] = record.val_accuracy;
  }
  return made;
}

}  // namespace margay::train
