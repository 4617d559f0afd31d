// What the steps of the optimiser did: too large, too small, too few. Thresholds say where they come from.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "margay/core/number_text.h"
#include "margay/report/findings.h"
#include "margay/report/phrases.h"

namespace margay::report {
namespace {

// A batch of the first epoch with a loss this many times that of guessing: the steps have destroyed the
// start.
constexpr double kExploded = 5;
// A mean loss this many times that of guessing is one of no network that has hardly begun, whatever its
// pictures are.
constexpr double kDiverged = 1000;
// A step that moves the weights by less than this share of them needs thousands of steps to get anywhere;
// about a thousandth is common.
constexpr double kTinyUpdate = 1e-4;
// One that moves them by more than this throws away where they were.
constexpr double kHugeUpdate = 0.05;
// Below this nothing moves at all, whatever the rate.
constexpr double kDeadUpdate = 1e-9;
// The rate below which no optimiser leaves the start within some epochs.
constexpr double kTinyRate = 1e-5;
// One jump of the loss is an accident.
constexpr size_t kFewestJumps = 2;
// A training loss below this share of that of guessing has learned something.
constexpr double kLearnedLoss = 0.8;
// A rate that is so many times the highest usual one destroys what it is meant to improve.
constexpr double kFarTooHigh = 10;
// One of less than this share of it gets nowhere in the time that anybody waits.
constexpr double kFarTooLow = 1e-4;
// A loss this many times that of guessing is worse than no network at all.
constexpr double kWorseThanGuessing = 1.1;
// So many steps show where a training goes.
constexpr int64_t kTellingSteps = 200;

/// "after 8 epochs training accuracy 51 %, validation 50 %, and guessing would give 50 %"
std::string against_chance_text(const Evidence& run) {
  return fmt::format("after {} {}, and guessing would give {}", epochs_text(run.trained_epochs()),
                     run.levels_text(), percent(run.chance()));
}

std::map<std::string, double> chance_numbers(const Evidence& run) {
  auto numbers = run.level_numbers();
  numbers["guessing_accuracy"] = run.chance();
  numbers["guessing_loss"] = run.chance_loss();
  numbers["loss"] = run.loss_level();
  return numbers;
}

/// Neither its accuracy nor its loss is better than guessing's, in validation neither, and it is not on its
/// way.
bool only_guesses(const Evidence& run) {
  if (run.validation_tells_something()) return false;
  const bool guesses = run.training_level() < run.chance() + run.chance_noise() &&
                       run.loss_level() > kGuessedLoss * run.chance_loss();
  const bool falls = is_worth_it(run.training_trend(), run.loss_level(), run);
  return guesses && !(falls && run.loss_level() < run.chance_loss());
}

/// The loss is no better than guessing's, whatever the accuracy is.
bool is_lost(const Evidence& run) {
  const bool is_high = run.loss_level() > kGuessedLoss * run.chance_loss();
  return is_high && (has_exploded(run) || !run.validation_tells_something());
}

/// The higher of the last training and validation losses.
double higher_loss(const Evidence& run) {
  return run.validated() ? std::max(run.loss_level(), run.validation_loss_level()) : run.loss_level();
}

/// "the learning rate is 50, and networks commonly bear up to 0.001 with this optimiser"
std::string rate_text(const DiagnosisContext& context) {
  return fmt::format("the learning rate is {}, and networks commonly bear up to {} with this optimiser",
                     format_rate(context.learning_rate), format_rate(context.highest_rate));
}

size_t worst_epoch(const Evidence& run) {
  size_t worst = 0;
  for (size_t i = 1; i < run.losses().size(); ++i)
    if (run.highest_loss(i) > run.highest_loss(worst)) worst = i;
  return worst;
}

}  // namespace

bool has_exploded(const Evidence& run) {
  return run.loss_level() > kExploded * run.chance_loss();
}

Finding not_finite(const Evidence& run, size_t index) {
  const bool training = std::isfinite(run.losses()[index]);
  const auto& losses = training ? run.val_losses() : run.losses();
  std::string evidence = fmt::format("the {} loss is {} in epoch {}", training ? "validation" : "training",
                                     losses[index], run.epoch(index));
  if (index > 0)
    evidence += fmt::format(", after {} in epoch {}", loss_text(losses[index - 1]), run.epoch(index - 1));
  return {Condition::not_finite,
          {{"epoch", run.epoch(index)}},
          evidence + ": the steps were too large for the numbers to hold",
          run.context().full_precision
              ? "Take smaller steps, or cut off large gradients with --set optimizer.clip_norm=1."
              : "Take smaller steps. If it happens again, train with --precision fp32.",
          learning_rate_command(run, 0.1)};
}

namespace {

std::string advice_while_short(const Evidence& run) {
  if (run.trained_epochs() < kFewestEpochs)
    return "Go on for some more epochs; the curves speak from the third one on.";
  if (run.few_steps()) return fmt::format("Go on: about {} steps show where it leads.", kTellingSteps);
  return "Go on for some more epochs, until the curves show where it leads.";
}

}  // namespace

Finding too_short(const Evidence& run) {
  const std::string counted =
      run.epochs() == run.trained_epochs() ? "" : fmt::format(", {} of them validated", run.epochs());
  const std::string done = fmt::format("{}{}", epochs_text(run.trained_epochs()), counted);
  const int64_t per_epoch = run.context().steps_per_epoch;
  std::string evidence = "no epoch was finished";
  if (run.epochs() > 0 && run.few_steps())
    evidence = fmt::format("{} after {} of {} in all: too few to see a direction", run.levels_text(), done,
                           report::counted(run.steps(), "step"));
  else if (run.epochs() > 0)
    evidence = fmt::format("{} after {}: too few {}to see a direction", run.levels_text(), done,
                           counted.empty() ? "epochs " : "that were validated ");
  const int64_t telling = per_epoch > 0 ? (kTellingSteps + per_epoch - 1) / per_epoch : 0;
  auto wanted = static_cast<int>(std::max<int64_t>({15, 2 * run.trained_epochs(), telling}));
  // Weights that have seen other pictures need no more steps than their recipe takes.
  const int of_recipe = run.context().recipe_epochs;
  if (run.context().pretrained && of_recipe > run.trained_epochs()) wanted = of_recipe;
  return {Condition::too_short,
          {{"epochs", run.trained_epochs()}, {"steps", static_cast<double>(run.steps())}},
          std::move(evidence),
          advice_while_short(run),
          resume_command(run, wanted)};
}

/// The loss begins near that of guessing. Where it went far above that and has not come back below it, or
/// where steps moved the weights far and nothing came of it, steps were too large. First steps of many
/// networks go astray and are mended within an epoch: that alone is no reason.
std::optional<Finding> rate_too_high(const Evidence& run) {
  const size_t worst = has_exploded(run) ? worst_epoch(run) : 0;
  const bool exploded =
      run.highest_loss(worst) > kExploded * run.chance_loss() && run.at_low_level() && is_lost(run);
  const bool leapt = run.highest_update_ratio() > kHugeUpdate && only_guesses(run);
  if (!exploded && !leapt) return std::nullopt;
  const std::string what =
      exploded
          ? fmt::format("in epoch {} the loss went up to {}, and that of guessing is {}", run.epoch(worst),
                        loss_text(run.highest_loss(worst)), loss_text(run.chance_loss()))
          : fmt::format("a single step moved the weights by {} of their size",
                        percent(run.highest_update_ratio()));
  auto numbers = chance_numbers(run);
  numbers["highest_loss"] = run.highest_loss(worst);
  numbers["highest_update_ratio"] = run.highest_update_ratio();
  return Finding{Condition::rate_too_high, std::move(numbers),
                 fmt::format("{}; {}", what, against_chance_text(run)),
                 "Take smaller steps; margay lr-find measures which rate the network bears.",
                 learning_rate_command(run, 0.1)};
}

std::optional<Finding> diverged(const Evidence& run) {
  const double limit = kDiverged * run.chance_loss();
  const bool in_training = run.losses().back() > limit;
  const double loss = in_training || !run.validated() ? run.losses().back() : run.val_losses().back();
  if (!(loss > limit)) return std::nullopt;
  auto numbers = chance_numbers(run);
  numbers["highest_loss"] = loss;
  return Finding{Condition::rate_too_high, std::move(numbers),
                 fmt::format("the {} loss is {} after {}, and that of guessing is {}",
                             in_training ? "training" : "validation", loss_text(loss),
                             epochs_text(run.trained_epochs()), loss_text(run.chance_loss())),
                 "Take smaller steps; margay lr-find measures which rate the network bears.",
                 learning_rate_command(run, 0.1)};
}

std::optional<Finding> rate_far_out(const Evidence& run) {
  const DiagnosisContext& context = run.context();
  if (!(context.learning_rate > 0)) return std::nullopt;
  const bool guesses = only_guesses(run);
  const bool is_worse = run.at_low_level() && higher_loss(run) > kWorseThanGuessing * run.chance_loss();
  const bool high = context.learning_rate > kFarTooHigh * context.highest_rate && (guesses || is_worse);
  const bool low = context.learning_rate < kFarTooLow * context.highest_rate && guesses;
  if (!high && !low) return std::nullopt;
  auto numbers = chance_numbers(run);
  numbers["learning_rate"] = context.learning_rate;
  return Finding{high ? Condition::rate_too_high : Condition::rate_too_low, std::move(numbers),
                 fmt::format("{}; {}, with a loss of {}", rate_text(context), against_chance_text(run),
                             loss_text(higher_loss(run))),
                 fmt::format("Take {} steps; margay lr-find measures which rate the network bears.",
                             high ? "smaller" : "larger"),
                 learning_rate_command(run, high ? 0.1 : 100)};
}

std::optional<Finding> standstill(const Evidence& run) {
  if (run.context().learning_rate != 0 || run.highest_rate() != 0) return std::nullopt;
  auto numbers = chance_numbers(run);
  numbers["learning_rate"] = 0;
  return Finding{Condition::rate_too_low, std::move(numbers),
                 fmt::format("the learning rate is 0: no step moves a weight, and nothing is learned; {}",
                             against_chance_text(run)),
                 "Give it a rate; margay lr-find measures which one the network bears.",
                 learning_rate_command(run, 1)};
}

std::optional<Finding> rate_too_low(const Evidence& run) {
  const double ratio = run.highest_update_ratio();
  // Without that number a rate that no optimiser learns with has to do.
  const bool tiny =
      std::isnan(ratio) ? run.last().learning_rate < kTinyRate : ratio < kTinyUpdate && ratio > kDeadUpdate;
  if (!tiny || !run.at_low_level()) return std::nullopt;
  std::string evidence = against_chance_text(run);
  if (!std::isnan(ratio))
    evidence =
        fmt::format("no step moved the weights by more than {:.2g} of their size; {}", ratio, evidence);
  auto numbers = chance_numbers(run);
  numbers["highest_update_ratio"] = ratio;
  return Finding{Condition::rate_too_low, std::move(numbers), evidence,
                 "Take larger steps; margay lr-find measures which rate the network bears.",
                 learning_rate_command(run, std::isnan(ratio) || ratio < kTinyUpdate / 10 ? 100 : 10)};
}

std::optional<Finding> stuck_at_chance(const Evidence& run) {
  if (!only_guesses(run)) return std::nullopt;
  std::string evidence = fmt::format("{}; the loss is {}, that of guessing is {}", against_chance_text(run),
                                     loss_text(run.loss_level()), loss_text(run.chance_loss()));
  if (run.last_update_ratio() <= kDeadUpdate) evidence += "; no gradient reaches the weights any more";
  auto numbers = chance_numbers(run);
  numbers["last_update_ratio"] = run.last_update_ratio();
  return Finding{Condition::stuck_at_chance, std::move(numbers), evidence,
                 "Try smaller steps. Look at the pictures too: are they in the folders of their classes, and "
                 "do they still show something at this size?",
                 learning_rate_command(run, 0.1)};
}

std::optional<Finding> unstable(const Evidence& run) {
  const std::vector<size_t> jumps = run.jumps();
  const double lowest = *std::ranges::min_element(run.losses());
  // A network that never learned anything cannot lose it: that is being stuck, whatever its loss does.
  if (jumps.size() < kFewestJumps || lowest > kLearnedLoss * run.chance_loss()) return std::nullopt;
  const size_t last = jumps.back();
  return Finding{
      Condition::unstable,
      {{"jumps", static_cast<double>(jumps.size())}, {"last_jump_epoch", run.epoch(last)}},
      fmt::format(
          "training loss jumped up in {} of {}, the last time in epoch {}, from {} to {}, with {} in its "
          "worst batch",
          jumps.size(), epochs_text(run.epochs()), run.epoch(last), loss_text(run.losses()[last - 1]),
          loss_text(run.losses()[last]), loss_text(run.highest_loss(last))),
      "Take smaller steps, or cut off large gradients with --set optimizer.clip_norm=1.",
      learning_rate_command(run, 0.3)};
}

}  // namespace margay::report
