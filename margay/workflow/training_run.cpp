// The order of events around a training: what is written before, after every epoch, and at the end.
#include "margay/workflow/training_run.h"

#include <system_error>
#include <utility>

#include "margay/core/atomic_file.h"
#include "margay/core/bare_reason.h"
#include "margay/core/file_system.h"
#include "margay/core/option_text.h"
#include "margay/core/shell_word.h"
#include "margay/model/model.h"
#include "margay/recipe/recipe.h"
#include "margay/run/run_config.h"
#include "margay/workflow/decisions.h"
#include "margay/workflow/diagnosis_context.h"
#include "margay/workflow/event_recorder.h"
#include "margay/workflow/methods/method.h"
#include "margay/workflow/run_data.h"
#include "margay/workflow/run_files.h"
#include "margay/workflow/train_anew.h"

namespace margay::workflow {
namespace {

/// Writes the history after each epoch, so that whoever looks sees the run as it is. A run that is resumed
/// may have got further than the checkpoint that it goes on from: its history goes back to that.
class Recorder : public train::TrainingObserver {
 public:
  explicit Recorder(run::RunDirectory directory) : directory_(std::move(directory)) {}

  void on_start(const train::TrainingStart& start) override {
    epochs_ = start.config.training.epochs;
    if (!start.history.empty() || path_exists(directory_.history_jsonl())) write(start.history);
  }
  void on_epoch(const run::History& history, const recipe::Config& config) override {
    write(history);
    // A budget of time decides on the way how many there will be.
    if (epochs_ != config.training.epochs) run::write_config(directory_, config);
    epochs_ = config.training.epochs;
  }

 private:
  void write(const run::History& history) const {
    write_file_atomically(directory_.history_csv(), run::to_csv(history));
    write_file_atomically(directory_.history_jsonl(), run::to_jsonl(history));
  }

  run::RunDirectory directory_;
  int epochs_ = 0;
};

/// Whether there is a checkpoint to go on from. A run that was killed before its first begins anew; one that
/// has come to a model does not, because that would be lost.
bool can_go_on(const TrainingRequest& request) {
  const run::RunDirectory& directory = request.directory;
  if (!request.resume || directory.has_checkpoint()) return request.resume;
  require(!path_exists(directory.model()), "run",
          fmt::format("{} has a model but no {} to go on from", directory.root.string(),
                      directory.checkpoint().filename().string()),
          "train again" + way_to_train_anew(request));
  return false;
}

/// Who asks for more epochs or time does not want to hear that all is done as if that were they. A run that
/// was killed at its end still gets its model.
void require_something_left(const Method& method, const run::RunDirectory& directory) {
  const auto ending = method.ending();
  if (ending && path_exists(directory.model()))
    throw UsageError(
        "train", fmt::format("nothing is left to train in {}: {}", directory.root.string(), ending->reason),
        ending->way_on);
}

/// What to do when a file of the run could not be written, which costs what came after the last checkpoint.
std::string way_on(const run::RunDirectory& directory) {
  const std::string root = directory.root.string();
  if (!path_exists(directory.root))
    return fmt::format("the folder {} is gone: train again", shell_word(root));
  if (!directory.has_checkpoint()) return {};
  return option_text("resume", root) + " goes on from the last checkpoint";
}

/// The error with a hint that goes on with `advice`.
IoError with_advice(const IoError& error, const std::string& advice) {
  if (advice.empty()) return error;
  const std::string hint = hint_of(error);
  return IoError("train", bare_reason(error), hint.empty() ? advice : hint + "; then " + advice);
}

/// A new run that has failed and saved nothing is none: its files, which this process has written, go again,
/// so that the name is free for the next attempt.
void leave_nothing_of_nothing(const TrainingRequest& request) {
  const run::RunDirectory& directory = request.directory;
  if (request.resume || directory.has_checkpoint() || path_exists(directory.model()) ||
      path_exists(directory.history_jsonl()))
    return;
  try {
    directory.remove_files();
  } catch (const IoError&) {  // what ended the training is told, and not this
  }
}

/// In a directory that is there, and that nobody else writes.
TrainingRun train_in_own_directory(const TrainingRequest& request,
                                   std::span<train::TrainingObserver* const> observers,
                                   std::stop_token stop) {
  const run::RunDirectory& directory = request.directory;
  const bool goes_on = can_go_on(request);
  Recorder recorder(directory);
  const Observers watchers({observers.begin(), observers.end()});
  EventRecorder events(directory, goes_on, watchers.warn());
  std::vector<train::TrainingObserver*> all{&recorder, &events};
  all.insert(all.end(), observers.begin(), observers.end());
  const Warn warn = watchers.warn();
  const DataCheck check = check_data(request);
  for (const std::string& warning : check.warnings) warn(warning);
  if (request.resume && !goes_on)
    warn(fmt::format("{} ended before its first checkpoint: it begins anew", directory.root.string()));

  const std::unique_ptr<Method> method = make_method({request, all, goes_on});
  if (goes_on && request.asks_for_more) require_something_left(*method, directory);
  // What it is told besides changes nothing of a run in which nothing is left to train.
  const bool is_done = goes_on && method->ending() && path_exists(directory.model());
  TrainingRun run;
  run.config = is_done ? run::read_config(directory) : method->config();
  run.directory = directory;
  run.subject = advice_subject(run.config, directory, request.data_name);
  run.subject.has_broken_pictures = !request.data->skipped().empty();
  run.decisions = all_decisions(request, run.config);
  write_beginnings(request, run, goes_on, check.has_changed, warn);
  std::optional<model::Model> model;
  try {
    model = method->train(run, std::move(stop));
  } catch (const train::NotFiniteError&) {
    write_not_finite(request, method->history(), run, warn);
    throw;
  }
  if (!model) return run;
  if (!is_done) run.config = method->config();
  // How a budget was kept to is known at its end.
  if (run.config.budget.seconds > 0) run::write_config(directory, run.config);
  write_results(request, *model, run, warn);
  method->finish();
  return run;
}

}  // namespace

std::string_view name_of(Saved saved) {
  if (saved == Saved::features) return "features";
  return saved == Saved::nothing ? "nothing" : "everything";
}

std::shared_ptr<const text::Wording> wording_of(const TrainingRequest& request, const TrainingRun& run,
                                                text::Language language) {
  if (request.wording) return request.wording(run.subject, language);
  return std::make_shared<text::Wording>(language);
}

TrainingRun train_in_directory(const TrainingRequest& request,
                               std::span<train::TrainingObserver* const> observers, std::stop_token stop) {
  const run::RunDirectory& directory = request.directory;
  const auto lock = request.lock ? request.lock : std::make_shared<const run::FolderLock>(directory.root);
  if (!request.resume) run::RunDirectory::create(directory.root, request.existing);
  try {
    return train_in_own_directory(request, observers, std::move(stop));
  } catch (const IoError& error) {
    const IoError advised = with_advice(error, way_on(directory));
    leave_nothing_of_nothing(request);
    throw advised;
  } catch (const train::NotFiniteError&) {  // whose report says how the loss was lost
    throw;
  } catch (...) {
    leave_nothing_of_nothing(request);
    throw;
  }
}

TrainingRun read_run(const TrainingRequest& request) {
  TrainingRun run;
  run.config = run::read_config(request.directory);
  run.directory = request.directory;
  run.result.history = run::read_history(run.directory.history_jsonl());
  const model::Model model = model::load_model(run.directory.model());
  run.subject = advice_subject(run.config, run.directory, request.data_name);
  run.subject.has_broken_pictures = !request.data->skipped().empty();
  run.decisions = remembered_decisions(run.directory.decisions());
  const std::string where = run.directory.model().string();
  run.result.kept_epoch = json_value<int>(model.provenance, "epoch", where);
  run.result.stopped_early = json_value_or(model.provenance, "stopped_early", false, where);
  judge(request, model, run);
  return run;
}

}  // namespace margay::workflow
