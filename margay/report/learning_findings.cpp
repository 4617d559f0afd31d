// What was learned, and whether it holds for other pictures. Thresholds say where they come from.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "margay/core/shell_word.h"
#include "margay/report/findings.h"
#include "margay/report/phrases.h"

namespace margay::report {
namespace {

// A gap that somebody would act on even with endless validation pictures.
constexpr double kLargeGap = 0.08;
// So many standard errors are more than luck makes of it in one healthy run of a hundred.
constexpr double kSureErrors = 2.3;
// A gap that is suspicious when validation loss rises as well.
constexpr double kNotableGap = 0.04;
// Less than this change over the last third of the epochs is a plateau.
constexpr double kPlateau = 0.02;
// A plateau is one that hides no fall larger than this.
constexpr double kHiddenFall = 0.1;
// Epochs that show a plateau. Learning that has just begun looks like one for a while.
constexpr int kFewestOnPlateau = 6;
// A validation loss that never fell below this share of that of guessing knows nothing about those pictures.
constexpr double kUselessLoss = 0.97;
// This much above guessing, training has learned something.
constexpr double kLearned = 0.15;
// A loss that falls by less than this share of that of guessing has nothing left to give.
constexpr double kWorthIt = 0.02;

bool falls(const Trend& trend) {
  return trend.relative_change < -kPlateau && trend.falls();
}

bool is_plateau(const Trend& trend) {
  return trend.points >= kFewestOnPlateau && trend.deepest_fall() < kHiddenFall;
}

/// "fell by 12 %"
std::string change_text(const Trend& trend) {
  return fmt::format("{} by {:.1f} %", trend.relative_change < 0 ? "fell" : "rose",
                     100 * std::abs(trend.relative_change));
}

std::map<std::string, double> gap_numbers(const Evidence& run) {
  auto numbers = run.level_numbers();
  numbers["gap"] = run.gap();
  numbers["gap_error"] = run.gap_error();
  return numbers;
}

std::map<std::string, double> trend_numbers(const Evidence& run) {
  auto numbers = run.level_numbers();
  numbers["epochs_of_trend"] = run.training_trend().points;
  numbers["training_loss_change"] = run.training_trend().relative_change;
  if (run.validated()) numbers["validation_loss_change"] = run.validation_trend().relative_change;
  return numbers;
}

/// A gap that is neither small nor within what so few pictures may show by luck.
bool is_large_gap(const Evidence& run) {
  return run.gap() > std::max(kLargeGap, kSureErrors * run.gap_error());
}

struct Advice {
  std::string text, command;
};

std::string recipe_option(const DiagnosisContext& context, std::string_view recipe) {
  return fmt::format("--recipe {}{}{}", recipe, context.network_options.empty() ? "" : " ",
                     context.network_options);
}

/// What helps a network that memorises, by what it has not tried yet.
Advice against_memorising(const DiagnosisContext& context) {
  const std::string same = "--recipe " + shell_word(context.recipe);
  if (context.converged)
    return {
        "More pictures help most. With those that there are, let all layers learn from them, not only "
        "the last one.",
        train_command(context, recipe_option(context, "finetune"))};
  if (!context.regularized && !context.published)
    return {
        "Show every picture in a new variant each time, and let the network forget a part of what it "
        "sees: augmentation and dropout.",
        train_command(context, "--recipe article-regularized")};
  if (!context.regularized)
    return {"Show every picture in a new variant each time: augmentation.",
            train_command(context, same + " --augment flip,rotate=15,zoom=0.2,shift=0.1")};
  if (!context.pretrained)
    return {
        "More pictures help most. A network that has learned from a million others needs fewer of "
        "yours: take its weights.",
        train_command(context, "--recipe transfer")};
  return {"More pictures help most. Until there are some, keep the weights of the best validation epoch.",
          train_command(context, same + " --keep best")};
}

std::string gap_text(const Evidence& run) {
  const double points = 100 * run.gap(), noise = 196 * run.gap_error();
  if (points < 0)
    return fmt::format("validation leads by {:.1f} points{}", -points,
                       run.context().regularized ? ", because only training is made harder" : "");
  if (points < noise)
    return fmt::format("the gap of {:.1f} points is within the noise of ±{:.1f}", points, noise);
  return fmt::format("the gap of {:.1f} points {}", points,
                     run.gap() > kLargeGap ? "may be luck, with so few pictures to measure it" : "is modest");
}

std::string guessed_text(const Evidence& run) {
  if (!run.may_be_guessed(run.validation_level())) return {};
  return fmt::format(", and validation {} no better than guessing ({})",
                     run.is_surely_guessed(run.validation_level()) ? "is" : "may be",
                     percent(run.validation_chance()));
}

/// Whether the validation pictures are enough to show it, or else those that the head was fitted to.
bool features_tell_nothing(const Evidence& run) {
  const double level = run.validation_level();
  return run.is_surely_guessed(level) || (run.may_be_guessed(level) && run.training_is_surely_guessed());
}

}  // namespace

Finding cannot_tell(const Evidence& run) {
  auto numbers = gap_numbers(run);
  numbers["guessing_accuracy"] = run.validation_chance();
  return {Condition::too_few_pictures, std::move(numbers),
          fmt::format("{}, and guessing would give {}: {} are too few to tell the two apart",
                      run.levels_text(), percent(run.validation_chance()),
                      counted(run.context().validation_count, "validation picture")),
          std::string("Check with more pictures: ") + kPicturesToCheck,
          data_command(run.context(), "inspect")};
}

bool is_worth_it(const Trend& trend, double loss, const Evidence& run) {
  return falls(trend) && -trend.relative_change * loss > kWorthIt * run.chance_loss();
}

/// What was learned by heart says nothing about other pictures, and never did.
std::optional<Finding> shuffled_labels(const Evidence& run) {
  const double error = run.chance_error();
  const bool learned = run.training_level() > run.chance() + std::max(kLearned, run.chance_noise());
  // With few validation pictures good and useless cannot be told apart.
  const bool can_tell = 3 * error < kLearned;
  const bool useless = run.may_be_guessed(run.best_validation()) &&
                       run.val_losses()[run.lowest_val_loss()] > kUselessLoss * run.chance_loss();
  if (!learned || !can_tell || !useless) return std::nullopt;
  auto numbers = gap_numbers(run);
  numbers["best_validation_accuracy"] = run.best_validation();
  numbers["guessing_accuracy"] = run.validation_chance();
  return Finding{
      Condition::shuffled_labels, std::move(numbers),
      fmt::format("{}, and in no epoch was validation better than guessing ({}): what the labels say about "
                  "the training pictures holds for no others",
                  run.levels_text(), percent(run.validation_chance())),
      "Check whether pictures and labels belong together, above all where a list or a script has put them "
      "together. If they do, the pictures do not show what tells the classes apart, or are far too few.",
      data_command(run.context(), "show", "--count 20")};
}

std::optional<Finding> overfitting(const Evidence& run) {
  const bool rises = run.val_loss_rises();
  const bool notable = run.gap() > std::max(kNotableGap, 2 * run.gap_error());
  if (!is_large_gap(run) && !(notable && rises)) return std::nullopt;
  auto numbers = gap_numbers(run);
  numbers["gap_since_epoch"] = run.gap_since();
  std::string evidence =
      fmt::format("{}; the gap has grown since epoch {}", run.levels_text(), run.gap_since());
  if (rises) {
    numbers["loss_rises_since_epoch"] = run.epoch(run.lowest_val_loss());
    evidence += fmt::format(", validation loss has risen since epoch {}", run.epoch(run.lowest_val_loss()));
  }
  if (run.may_be_guessed(run.validation_level())) numbers["guessing_accuracy"] = run.validation_chance();
  evidence += guessed_text(run) + ": the network memorises";
  const Advice advice = against_memorising(run.context());
  return Finding{Condition::overfitting, std::move(numbers), evidence, advice.text, advice.command};
}

std::optional<Finding> still_improving(const Evidence& run) {
  // A bad start that is mended is not learning yet.
  const bool guesses =
      run.loss_level() > kGuessedLoss * run.chance_loss() && !run.validation_tells_something();
  if (run.few_steps() && guesses) return too_short(run);
  const bool training_falls = is_worth_it(run.training_trend(), run.loss_level(), run);
  if (!run.validated()) {
    if (!training_falls) return std::nullopt;
  } else if (!is_worth_it(run.validation_trend(), run.validation_loss_level(), run)) {
    // Validation loss is the noisier one: falling training loss counts when validation follows.
    const bool follows = run.validation_trend().relative_change < -kPlateau / 2 &&
                         run.gap() < std::max(kNotableGap, 2 * run.gap_error());
    if (!training_falls || !follows) return std::nullopt;
  }
  std::string evidence =
      fmt::format("over {} training loss {}", run.trend_text(), change_text(run.training_trend()));
  if (run.validated())
    evidence += fmt::format(" and validation loss {}", change_text(run.validation_trend()));
  return Finding{Condition::still_improving, trend_numbers(run),
                 fmt::format("{}; {}: it has not finished learning", evidence, run.levels_text()),
                 "Train for more epochs; it costs nothing but time.",
                 resume_command(run, 2 * run.trained_epochs())};
}

/// Validation above training is no sign by itself: dropout and augmentation handicap training only. The
/// better of the two says what the network can do.
std::optional<Finding> underfitting(const Evidence& run) {
  const Trend trend = run.training_trend();
  if (!run.at_low_level() || falls(trend)) return std::nullopt;
  if (!is_plateau(trend)) return too_short(run);
  const std::string evidence = fmt::format(
      "{}, and over {} training loss has stopped falling ({}): the network is too weak for these "
      "pictures, or held back",
      run.levels_text(), run.trend_text(), change_text(trend));
  return Finding{Condition::underfitting, trend_numbers(run), evidence,
                 run.context().regularized
                     ? "Weaken augmentation and dropout, or add filters and layers, in a recipe of your own."
                     : "Add filters and layers in a recipe of your own, or use larger pictures.",
                 fmt::format("margay recipe show {} > my.toml", shell_word(run.context().recipe))};
}

Finding no_validation(const Evidence& run) {
  return {Condition::no_validation, run.level_numbers(),
          fmt::format("{}, and there are no validation pictures: whether it memorises cannot be seen",
                      run.levels_text()),
          "Move some pictures of every class into a folder named validation beside train.",
          data_command(run.context(), "inspect")};
}

Finding healthy(const Evidence& run) {
  const bool settled = run.validated() && is_plateau(run.validation_trend());
  auto numbers = gap_numbers(run);
  numbers["settled"] = settled ? 1 : 0;
  return {Condition::healthy, std::move(numbers),
          fmt::format("{}: {}{}", run.levels_text(), gap_text(run),
                      settled ? ", and validation loss has settled" : ""),
          run.gap() > kLargeGap
              ? "More validation pictures would show whether it memorises: " + std::string(kPicturesToCheck)
              : "Measure it class by class, and ask it about pictures of your own.",
          evaluate_command(run.context())};
}

Finding converged(const Evidence& run) {
  if (!run.validated()) return no_validation(run);
  if (features_tell_nothing(run)) {
    auto numbers = gap_numbers(run);
    numbers["guessing_accuracy"] = run.validation_chance();
    return {
        Condition::stuck_at_chance, std::move(numbers),
        fmt::format("{}, and guessing would give {}: the features of the frozen network tell nothing about "
                    "these classes",
                    run.levels_text(), percent(run.validation_chance())),
        "Check that the folders hold what their names say; if they do, train all layers.",
        train_command(run.context(), recipe_option(run.context(), "finetune"))};
  }
  if (is_large_gap(run)) {
    const Advice advice = against_memorising(run.context());
    return {Condition::overfitting, gap_numbers(run),
            fmt::format("{}: the last layer knows its training pictures by heart; what the frozen layers see "
                        "in them tells less about others",
                        run.levels_text()),
            advice.text, advice.command};
  }
  if (run.may_be_guessed(run.validation_level())) return cannot_tell(run);
  return {Condition::healthy, gap_numbers(run), fmt::format("{}: {}", run.levels_text(), gap_text(run)),
          "Measure it class by class, and ask it about pictures of your own.",
          evaluate_command(run.context())};
}

}  // namespace margay::report
