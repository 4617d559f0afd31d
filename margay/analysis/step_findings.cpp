// What the steps of the optimiser did: too large, too small, too few. Thresholds say where they come from.
#include <algorithm>
#include <cmath>

#include "margay/analysis/findings.h"

namespace margay::analysis {
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
AgainstGuessing against_guessing(const Evidence& run) {
  return {.levels = run.levels(),
          .epochs = run.trained_epochs(),
          .guessing_accuracy = run.chance(),
          .guessing_loss = run.chance_loss(),
          .loss = run.loss_level()};
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
  NotFinite facts{.in_validation = training, .loss = losses[index], .epoch = run.epoch(index)};
  if (index > 0) facts.loss_before = losses[index - 1], facts.epoch_before = run.epoch(index - 1);
  return {Condition::not_finite, facts,
          run.context().full_precision ? Advice::clip_or_smaller_steps : Advice::full_precision,
          change_rate(run, 0.1)};
}

namespace {

Advice advice_while_short(const Evidence& run) {
  if (run.trained_epochs() < kFewestEpochs) return Advice::go_on_some_epochs;
  return run.few_steps() ? Advice::go_on_some_steps : Advice::go_on_until_shown;
}

}  // namespace

Finding too_short(const Evidence& run) {
  TooShort facts{.epochs = run.trained_epochs(),
                 .counting_epochs = run.epochs(),
                 .steps = run.steps(),
                 .few_steps = run.few_steps(),
                 .few_epochs = run.trained_epochs() < kFewestEpochs,
                 .telling_steps = kTellingSteps};
  if (run.epochs() > 0) facts.levels = run.levels();
  const int64_t per_epoch = run.context().steps_per_epoch;
  const int64_t telling = per_epoch > 0 ? (kTellingSteps + per_epoch - 1) / per_epoch : 0;
  auto wanted = static_cast<int>(std::max<int64_t>({15, 2 * run.trained_epochs(), telling}));
  // Weights that have seen other pictures need no more steps than their recipe takes.
  const int of_recipe = run.context().recipe_epochs;
  if (run.context().pretrained && of_recipe > run.trained_epochs()) wanted = of_recipe;
  return {Condition::too_short, facts, advice_while_short(run), resume_action(run, wanted)};
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
  const AgainstGuessing end = against_guessing(run);
  const double highest = run.highest_loss(worst), ratio = run.highest_update_ratio();
  const Facts facts =
      exploded ? Facts(Exploded{end, run.epoch(worst), highest, ratio}) : Facts(Leapt{end, highest, ratio});
  return Finding{Condition::rate_too_high, facts, Advice::smaller_steps, change_rate(run, 0.1)};
}

std::optional<Finding> diverged(const Evidence& run) {
  const double limit = kDiverged * run.chance_loss();
  const bool in_training = run.losses().back() > limit;
  const double loss = in_training || !run.validated() ? run.losses().back() : run.val_losses().back();
  if (!(loss > limit)) return std::nullopt;
  return Finding{Condition::rate_too_high, Diverged{against_guessing(run), !in_training, loss},
                 Advice::smaller_steps, change_rate(run, 0.1)};
}

std::optional<Finding> rate_far_out(const Evidence& run) {
  const DiagnosisContext& context = run.context();
  if (!(context.learning_rate > 0)) return std::nullopt;
  const bool guesses = only_guesses(run);
  const bool is_worse = run.at_low_level() && higher_loss(run) > kWorseThanGuessing * run.chance_loss();
  const bool high = context.learning_rate > kFarTooHigh * context.highest_rate && (guesses || is_worse);
  const bool low = context.learning_rate < kFarTooLow * context.highest_rate && guesses;
  if (!high && !low) return std::nullopt;
  const RateFarOut facts{.end = against_guessing(run),
                         .too_high = high,
                         .learning_rate = context.learning_rate,
                         .usual_rate = context.highest_rate,
                         .loss = higher_loss(run)};
  return Finding{high ? Condition::rate_too_high : Condition::rate_too_low, facts,
                 high ? Advice::smaller_steps : Advice::larger_steps, change_rate(run, high ? 0.1 : 100)};
}

std::optional<Finding> standstill(const Evidence& run) {
  if (run.context().learning_rate != 0 || run.highest_rate() != 0) return std::nullopt;
  return Finding{Condition::rate_too_low, Standstill{against_guessing(run)}, Advice::give_a_rate,
                 change_rate(run, 1)};
}

std::optional<Finding> rate_too_low(const Evidence& run) {
  const double ratio = run.highest_update_ratio();
  // Without that number a rate that no optimiser learns with has to do.
  const bool tiny =
      std::isnan(ratio) ? run.last().learning_rate < kTinyRate : ratio < kTinyUpdate && ratio > kDeadUpdate;
  if (!tiny || !run.at_low_level()) return std::nullopt;
  return Finding{Condition::rate_too_low, TinySteps{against_guessing(run), ratio}, Advice::larger_steps,
                 change_rate(run, std::isnan(ratio) || ratio < kTinyUpdate / 10 ? 100 : 10)};
}

std::optional<Finding> stuck_at_chance(const Evidence& run) {
  if (!only_guesses(run)) return std::nullopt;
  const double ratio = run.last_update_ratio();
  return Finding{Condition::stuck_at_chance,
                 StuckAtChance{against_guessing(run), ratio, ratio <= kDeadUpdate},
                 Advice::smaller_steps_and_look, change_rate(run, 0.1)};
}

std::optional<Finding> unstable(const Evidence& run) {
  const std::vector<size_t> jumps = run.jumps();
  const double lowest = *std::ranges::min_element(run.losses());
  // A network that never learned anything cannot lose it: that is being stuck, whatever its loss does.
  if (jumps.size() < kFewestJumps || lowest > kLearnedLoss * run.chance_loss()) return std::nullopt;
  const size_t last = jumps.back();
  const Jumps facts{.jumps = jumps.size(),
                    .epochs = run.epochs(),
                    .last_epoch = run.epoch(last),
                    .loss_before = run.losses()[last - 1],
                    .loss_after = run.losses()[last],
                    .worst_batch = run.highest_loss(last)};
  return Finding{Condition::unstable, facts, Advice::clip_or_smaller_steps, change_rate(run, 0.3)};
}

}  // namespace margay::analysis
