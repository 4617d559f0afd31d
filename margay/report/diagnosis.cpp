// The rules of the diagnosis: each compares the evidence with thresholds that say where they come from.
#include "margay/report/diagnosis.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "margay/core/error.h"
#include "margay/report/evidence.h"
#include "margay/report/shell_word.h"
#include "margay/report/trend.h"

namespace margay::report {
namespace {

// With fewer epochs a slope and an accident look the same.
constexpr int kFewestEpochs = 3;
// A gap that somebody would act on even with endless validation pictures.
constexpr double kLargeGap = 0.08;
// A gap that is suspicious when validation loss rises as well.
constexpr double kNotableGap = 0.04;
// Less than this change over the last third of the epochs is a plateau.
constexpr double kPlateau = 0.02;
// Slope over its standard error; the usual 2 would call one healthy run in twenty improving.
constexpr double kSignificant = 2.5;
// A batch of the first epoch with a loss this many times that of guessing: the steps have destroyed the
// start.
constexpr double kExploded = 5;
// A step that moves the weights by less than this share of them needs thousands of steps to get anywhere;
// about a thousandth is common.
constexpr double kTinyChange = 1e-4;
// One that moves them by more than this throws away where they were.
constexpr double kHugeChange = 0.05;
// Below this nothing moves at all, whatever the rate.
constexpr double kDeadChange = 1e-9;
// The rate below which no optimiser leaves the start within some epochs.
constexpr double kTinyRate = 1e-5;
// One jump of the loss is an accident.
constexpr size_t kFewestJumps = 2;
// A training loss below this share of that of guessing has learned something.
constexpr double kLearnedLoss = 0.8;
// A validation loss that never fell below this share of that of guessing knows nothing about those pictures.
constexpr double kUselessLoss = 0.97;
// This much above guessing, training has learned something.
constexpr double kLearned = 0.15;
// A loss that falls by less than this share of that of guessing has nothing left to give.
constexpr double kWorthIt = 0.02;

bool falls(const Trend& trend) {
  return trend.relative_change < -kPlateau && trend.significance < -kSignificant;
}

/// Whether such a fall of a loss is worth more epochs. A loss can fall for ever after the last picture is
/// right.
bool is_worth_it(const Trend& trend, double loss, const Evidence& run) {
  return falls(trend) && -trend.relative_change * loss > kWorthIt * run.chance_loss();
}

/// "fell by 12 %"
std::string change_text(const Trend& trend) {
  return fmt::format("{} by {:.1f} %", trend.relative_change < 0 ? "fell" : "rose",
                     100 * std::abs(trend.relative_change));
}

std::string train_command(const DiagnosisContext& context, std::string_view options) {
  return fmt::format("margay train {} {}", shell_word(context.data_path), options);
}

std::string learning_rate_command(const Evidence& run, double factor) {
  const double rate = run.epochs() > 0 && run.last().learning_rate > 0 ? run.last().learning_rate : 1e-3;
  return train_command(run.context(), fmt::format("--recipe {} --set optimizer.lr={:.2g}",
                                                  shell_word(run.context().recipe), rate * factor));
}

std::string resume_command(const Evidence& run, int epochs) {
  return fmt::format("margay train --resume {} --epochs {}", shell_word(run.context().run_path), epochs);
}

Finding not_finite(const Evidence& run, size_t index) {
  const bool training = std::isfinite(run.losses()[index]);
  const auto& losses = training ? run.val_losses() : run.losses();
  std::string evidence = fmt::format("the {} loss is {} in epoch {}", training ? "validation" : "training",
                                     losses[index], run.epoch(index));
  if (index > 0)
    evidence += fmt::format(", after {:.4g} in epoch {}", losses[index - 1], run.epoch(index - 1));
  return {Condition::not_finite, evidence + ": the steps were too large for the numbers to hold",
          "Take smaller steps. If it happens again, train with --precision fp32.",
          learning_rate_command(run, 0.1)};
}

Finding too_short(const Evidence& run) {
  const std::string counted =
      run.epochs() == run.trained_epochs() ? "" : fmt::format(", {} of them validated", run.epochs());
  std::string evidence = run.epochs() == 0
                             ? "no epoch was finished"
                             : fmt::format("{} after {}{}: too few epochs to see a direction",
                                           run.levels_text(), epochs_text(run.trained_epochs()), counted);
  return {Condition::too_short, std::move(evidence),
          "Go on for some more epochs; the curves speak from the third one on.",
          resume_command(run, std::max(15, 2 * run.trained_epochs()))};
}

/// "after 8 epochs training accuracy 51 %, validation 50 %, and guessing would give 50 %"
std::string against_chance_text(const Evidence& run) {
  return fmt::format("after {} {}, and guessing would give {}", epochs_text(run.trained_epochs()),
                     run.levels_text(), percent(run.chance()));
}

/// Neither its accuracy nor its loss is better than guessing's, and it is not on its way.
bool only_guesses(const Evidence& run) {
  const bool guesses =
      run.training_level() < run.chance() + run.chance_noise() && run.loss_level() > 0.95 * run.chance_loss();
  return guesses && !(falls(run.training_trend()) && run.loss_level() < run.chance_loss());
}

/// The loss begins near that of guessing. Where it went far above that, or where steps moved the weights far
/// and nothing came of it, steps were too large; a network that has got somewhere since has recovered.
std::optional<Finding> rate_too_high(const Evidence& run) {
  const bool exploded = run.highest_loss(0) > kExploded * run.chance_loss() && run.at_low_level();
  const bool leapt = run.highest_weight_change() > kHugeChange && only_guesses(run);
  if (!exploded && !leapt) return std::nullopt;
  const std::string what =
      exploded ? fmt::format("in epoch {} the loss went up to {:.3g}, and that of guessing is {:.3f}",
                             run.epoch(0), run.highest_loss(0), run.chance_loss())
               : fmt::format("a single step moved the weights by {} of their size",
                             percent(run.highest_weight_change()));
  return Finding{Condition::rate_too_high, fmt::format("{}; {}", what, against_chance_text(run)),
                 "Take smaller steps; margay lr-find measures which rate the network bears.",
                 learning_rate_command(run, 0.1)};
}

std::optional<Finding> rate_too_low(const Evidence& run) {
  const double change = run.highest_weight_change();
  // Without that number a rate that no optimiser learns with has to do.
  const bool tiny = std::isnan(change) ? run.last().learning_rate < kTinyRate
                                       : change < kTinyChange && change > kDeadChange;
  if (!tiny || !run.at_low_level()) return std::nullopt;
  std::string evidence = against_chance_text(run);
  if (!std::isnan(change))
    evidence =
        fmt::format("no step moved the weights by more than {:.2g} of their size; {}", change, evidence);
  return Finding{Condition::rate_too_low, evidence,
                 "Take larger steps; margay lr-find measures which rate the network bears.",
                 learning_rate_command(run, std::isnan(change) || change < kTinyChange / 10 ? 100 : 10)};
}

std::optional<Finding> stuck_at_chance(const Evidence& run) {
  if (!only_guesses(run)) return std::nullopt;
  std::string evidence = fmt::format("{}; the loss is {:.3f}, that of guessing is {:.3f}",
                                     against_chance_text(run), run.loss_level(), run.chance_loss());
  if (run.last_weight_change() <= kDeadChange) evidence += "; no gradient reaches the weights any more";
  return Finding{Condition::stuck_at_chance, evidence,
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
      fmt::format(
          "training loss jumped up in {} of {}, the last time in epoch {}, from {:.3g} to {:.3g} with "
          "{:.3g} in its worst batch",
          jumps.size(), epochs_text(run.epochs()), run.epoch(last), run.losses()[last - 1],
          run.losses()[last], run.highest_loss(last)),
      "Take smaller steps, or cut off large gradients with --set optimizer.clip_norm=1.",
      learning_rate_command(run, 0.3)};
}

/// What was learned by heart says nothing about other pictures, and never did.
std::optional<Finding> shuffled_labels(const Evidence& run) {
  const double error = run.chance_error();
  const bool learned = run.training_level() > run.chance() + std::max(kLearned, run.chance_noise());
  // With few validation pictures good and useless cannot be told apart.
  const bool can_tell = 2 * error < kLearned;
  const bool useless = run.may_be_guessed(run.best_validation()) &&
                       run.val_losses()[run.lowest_val_loss()] > kUselessLoss * run.chance_loss();
  if (!learned || !can_tell || !useless) return std::nullopt;
  return Finding{
      Condition::shuffled_labels,
      fmt::format("{}, and in no epoch was validation better than guessing ({}): what the labels say about "
                  "the training pictures holds for no others",
                  run.levels_text(), percent(run.validation_chance())),
      "Look whether pictures and labels belong together, above all where a list or a script has put them "
      "together. If they do, the pictures do not show what tells the classes apart, or are far too few.",
      fmt::format("margay show {} --count 20", shell_word(run.context().data_path))};
}

std::optional<Finding> overfitting(const Evidence& run) {
  const double error = run.validation_error();
  const bool large = run.gap() > std::max(kLargeGap, 3 * error);
  const bool rises = run.val_loss_rises();
  const bool notable = run.gap() > std::max(kNotableGap, 2 * error);
  if (!large && !(notable && rises)) return std::nullopt;
  std::string evidence = fmt::format("{}; the gap grows since epoch {}", run.levels_text(), run.gap_since());
  if (rises)
    evidence += fmt::format(", validation loss rises since epoch {}", run.epoch(run.lowest_val_loss()));
  if (run.may_be_guessed(run.validation_level()))
    evidence +=
        fmt::format(", and validation is no better than guessing ({})", percent(run.validation_chance()));
  evidence += ": the network memorises";
  if (run.context().regularized)
    return Finding{
        Condition::overfitting, evidence,
        "More pictures help most. Until there are some, keep the weights of the best validation epoch.",
        train_command(run.context(),
                      fmt::format("--recipe {} --keep best", shell_word(run.context().recipe)))};
  return Finding{Condition::overfitting, evidence,
                 "Show every picture in a new variant each time, and let the network forget a part of what "
                 "it sees: augmentation and dropout.",
                 train_command(run.context(), "--recipe article-regularized")};
}

std::optional<Finding> still_improving(const Evidence& run) {
  const bool training_falls = is_worth_it(run.training_trend(), run.loss_level(), run);
  if (!run.validated()) {
    if (!training_falls) return std::nullopt;
  } else if (!is_worth_it(run.validation_trend(), run.validation_loss_level(), run)) {
    // Validation loss is the noisier one: falling training loss counts when validation follows.
    const bool follows = run.validation_trend().relative_change < -kPlateau / 2 &&
                         run.gap() < std::max(kNotableGap, 2 * run.validation_error());
    if (!training_falls || !follows) return std::nullopt;
  }
  std::string evidence =
      fmt::format("over {} training loss {}", run.trend_text(), change_text(run.training_trend()));
  if (run.validated())
    evidence += fmt::format(" and validation loss {}", change_text(run.validation_trend()));
  return Finding{Condition::still_improving,
                 fmt::format("{}; {}: it has not finished learning", evidence, run.levels_text()),
                 "Train for more epochs; it costs nothing but time.",
                 resume_command(run, 2 * run.last().epoch)};
}

/// Validation above training is no sign by itself: dropout and augmentation handicap training only. The
/// better of the two says what the network can do.
std::optional<Finding> underfitting(const Evidence& run) {
  const Trend trend = run.training_trend();
  if (!run.at_low_level() || falls(trend)) return std::nullopt;
  if (!run.has_trend()) return too_short(run);
  const std::string evidence = fmt::format(
      "{}, and over {} training loss has stopped falling ({}): the network is too weak for these "
      "pictures, or held back",
      run.levels_text(), run.trend_text(), change_text(trend));
  return Finding{Condition::underfitting, evidence,
                 run.context().regularized
                     ? "Weaken augmentation and dropout, or add filters and layers, in a recipe of your own."
                     : "Add filters and layers in a recipe of your own, or let larger pictures in.",
                 fmt::format("margay recipe show {} > my.toml", shell_word(run.context().recipe))};
}

Finding no_validation(const Evidence& run) {
  return {Condition::no_validation,
          fmt::format("{}, and there are no validation pictures: whether it memorises cannot be seen",
                      run.levels_text()),
          "Move some pictures of every class into a folder named validation beside train.",
          fmt::format("margay inspect {}", shell_word(run.context().data_path))};
}

std::string gap_text(const Evidence& run) {
  const double points = 100 * run.gap(), noise = 196 * run.validation_error();
  if (points < 0)
    return fmt::format("validation leads by {:.1f} points{}", -points,
                       run.context().regularized ? ", because only training is made harder" : "");
  return fmt::format("the gap of {:.1f} points is {}", points,
                     points < noise ? fmt::format("within the noise of ±{:.1f}", noise) : "modest");
}

Finding healthy(const Evidence& run) {
  return {Condition::healthy,
          fmt::format("{}: {}{}", run.levels_text(), gap_text(run),
                      run.has_trend() ? ", and validation loss has settled" : ""),
          "Measure it class by class, and ask it about pictures of your own.",
          fmt::format("margay evaluate {} {}", shell_word(run.context().run_path),
                      shell_word(run.context().data_path))};
}

/// What is fitted to convergence can neither train too short nor too long: only its level says something.
Finding converged(const Evidence& run) {
  if (!run.validated()) return no_validation(run);
  if (run.may_be_guessed(run.validation_level()))
    return {
        Condition::stuck_at_chance,
        fmt::format("{}, and guessing would give {}: the features of the frozen network tell nothing about "
                    "these classes",
                    run.levels_text(), percent(run.validation_chance())),
        "Look whether the folders hold what their names say; else train all layers.",
        train_command(run.context(), "--recipe article-regularized")};
  return {Condition::healthy,
          fmt::format("{}: no linear layer does better with these features", run.levels_text()),
          "Measure it class by class, and ask it about pictures of your own.",
          fmt::format("margay evaluate {} {}", shell_word(run.context().run_path),
                      shell_word(run.context().data_path))};
}

std::vector<Finding> findings_of(const Evidence& run) {
  if (const auto index = run.first_not_finite()) return {not_finite(run, *index)};
  if (run.context().converged) return {converged(run)};
  if (run.epochs() < kFewestEpochs) return {too_short(run)};
  for (const auto& rule : {unstable, rate_too_high, rate_too_low, stuck_at_chance})
    if (auto finding = rule(run)) return {*finding};
  std::vector<Finding> findings;
  const auto add = [&](std::optional<Finding> finding) {
    if (finding) findings.push_back(std::move(*finding));
  };
  if (run.validated()) {
    const auto shuffled = shuffled_labels(run);
    add(shuffled ? shuffled : overfitting(run));
  }
  // A gap with falling validation loss is both; a rising one has nothing to gain from more epochs.
  if (findings.empty() || !run.val_loss_rises()) add(still_improving(run));
  if (findings.empty()) add(underfitting(run));
  if (!run.validated()) findings.push_back(no_validation(run));
  if (findings.empty()) findings.push_back(healthy(run));
  return findings;
}

}  // namespace

Diagnosis diagnose(const run::History& history, const DiagnosisContext& context) {
  return {findings_of(Evidence(history, context))};
}

}  // namespace margay::report
