// How much of the time that a training may take is left.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>

#include "margay/core/duration.h"
#include "margay/core/number_text.h"
#include "margay/core/option_text.h"
#include "margay/train/callbacks/callbacks.h"
#include "margay/train/report_time.h"

namespace margay::train {
namespace {

constexpr double kMostEpochs = 1e6;  // whatever the time

/// What another epoch takes, before it is measured: the last one may have been a part.
double epoch_s(const run::History& history) {
  constexpr double kLeast_s = 1e-3;
  double longest = kLeast_s;
  for (size_t i = history.size() - std::min<size_t>(2, history.size()); i < history.size(); ++i)
    longest = std::max(longest, history[i].seconds);
  return history.empty() ? std::numeric_limits<double>::infinity() : longest;
}

/// Changes the length of the training so that it ends, report included, when the budget of the configuration
/// does; schedule, sizes and mixing follow. What changed when is written into config.recorded_length.
class KeepToBudget : public Callback {
 public:
  explicit KeepToBudget(Training& training);

  void on_start(Training&) override { planned_ = Clock::now(); }
  void between_steps(Training& training) override;
  void after_steps(Training& training) override { plan(training, training.progress.epoch + 1, 0); }
  void before_validation(Training&) override { asked_ = Clock::now(); }
  void after_validation(Training& training) override;
  void save(const Training& training, Checkpoint& checkpoint) const override {
    checkpoint.budget = BudgetState{used(training), training.length.state()};
  }
  void restore(Training& training, const FoundCheckpoint& found) override;
  std::optional<Ending> ending(const Training& training) const override;

 private:
  using Clock = std::chrono::steady_clock;

  /// When `steps_done` of epoch `epoch` are done.
  void plan(Training& training, int epoch, int steps_done);
  /// By the wall clock, over all sessions of a training that is resumed.
  double used(const Training& training) const {
    return used_before_ + std::chrono::duration<double>(Clock::now() - training.started).count();
  }
  double left(const Training& training) const { return seconds_ - used(training); }
  double time_for_steps(const Training& training) const;
  bool knows_last_change(const BudgetState& state) const;

  double seconds_, used_before_ = 0;
  recipe::RecordedLengthConfig recorded_before_;  ///< that the training began with
  Clock::time_point planned_ = {};                ///< the length of the training
  Clock::time_point asked_ = {};
  double asking_s_ = 0;  ///< of the last validation, without what it takes to estimate batch normalisation
};

KeepToBudget::KeepToBudget(Training& training) : seconds_(training.config.budget.seconds) {
  const recipe::ScheduleConfig& schedule = training.config.schedule;
  recorded_before_ =
      std::exchange(training.config.recorded_length,
                    {training.config.training.epochs, schedule.warmup_epochs, schedule.step_epochs, {}});
}

/// An epoch may take much of the budget, and a machine may become slower shortly before the end.
void KeepToBudget::between_steps(Training& training) {
  constexpr double kShare = 0.02, kShareOfRest = 0.1, kLeast_s = 0.5;
  const double due_s = std::min(kShare * seconds_, std::max(kLeast_s, kShareOfRest * left(training)));
  const std::chrono::duration<double> age = Clock::now() - planned_;
  if (age.count() > due_s) plan(training, training.progress.epoch, training.progress.next_step);
}

void KeepToBudget::after_validation(Training& training) {
  if (!training.validation_loader) return;
  asking_s_ = std::chrono::duration<double>(Clock::now() - asked_).count();
}

/// What is left of the budget, less what comes after the last epoch. The validation pictures are asked again
/// for the report, in more precise and slower arithmetic.
double KeepToBudget::time_for_steps(const Training& training) const {
  constexpr double kReportValidations = 3;
  return left(training) - time_for_report(seconds_) - kReportValidations * asking_s_;
}

void KeepToBudget::plan(Training& training, int epoch, int steps_done) {
  if (!training.time_left.is_settled()) return;
  planned_ = Clock::now();
  const double done = training.epochs_at(epoch, steps_done);
  const double length = training.time_left.length_within(time_for_steps(training), training.length, epoch,
                                                         steps_done, kMostEpochs);
  recipe::RecordedLengthConfig& recorded = training.config.recorded_length;
  if (recorded.is_recorded()) recorded.changes.insert(recorded.changes.end(), {done, length});
  training.change_length(done, length);
}

/// A training that has come to its end goes on where there is time for more than an epoch, with the schedule
/// of a longer one. One that had no budget so far has all of it from now on.
void KeepToBudget::restore(Training& training, const FoundCheckpoint& found) {
  const std::optional<BudgetState>& state = found.checkpoint.budget;
  recipe::RecordedLengthConfig& recorded = training.config.recorded_length;
  if (state) {
    recorded = {};  // what changed before is not known
    used_before_ = state->used_s;
    training.length.set_state(state->length);
  }
  const double more = time_for_steps(training) / epoch_s(training.history);
  if (training.progress.epoch > training.length.epochs() && !training.has_stopped_improving && more > 1) {
    recorded = {};  // the epochs so far had the schedule of fewer
    training.length = TrainingLength(std::min(kMostEpochs, std::floor(training.length.epochs() + more)));
  }
  recipe::change_epochs(training.config, std::max(1, training.length.epochs()));
  // Where nothing is added to it, what is written down stays true.
  if (training.is_over() && state && knows_last_change(*state)) recorded = std::move(recorded_before_);
}

/// Whether the configuration knows of the last change of the length. It is written after the checkpoint.
bool KeepToBudget::knows_last_change(const BudgetState& state) const {
  const std::vector<double>& changes = recorded_before_.changes;
  return recorded_before_.is_recorded() && !changes.empty() && *(changes.end() - 2) == state.length.done;
}

std::optional<Ending> KeepToBudget::ending(const Training& training) const {
  // So much that it goes on for as long as this budget is, and for two epochs at least, once a busier machine
  // has read the pictures again.
  constexpr double kReading_s = 5;
  const double enough = used(training) + kReading_s +
                        std::max(seconds_, time_for_report(2 * seconds_) + 2 * epoch_s(training.history));
  return Ending{
      fmt::format("a budget of {} counts all sessions, which have taken {} so far, and leaves no time for "
                  "another epoch",
                  format_duration(seconds_), format_duration(used(training))),
      fmt::format("{}{} goes on", option_text("budget", whole_duration(enough)),
                  training.has_stopped_improving ? " `patience=0`"_worded : "")};
}

}  // namespace

std::unique_ptr<Callback> make_time_budget(Training& training) {
  return std::make_unique<KeepToBudget>(training);
}

}  // namespace margay::train
