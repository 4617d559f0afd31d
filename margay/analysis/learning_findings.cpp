// What was learned, and whether it holds for other pictures. Thresholds say where they come from.
#include <algorithm>
#include <cmath>
#include <utility>

#include "margay/analysis/findings.h"

namespace margay::analysis {
namespace {

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

/// A gap that is neither small nor within what so few pictures may show by luck.
bool is_large_gap(const Evidence& run) {
  return run.gap() > std::max(kLargeGap, kSureErrors * run.gap_error());
}

/// With the network of the run.
Action train_like(std::string recipe) {
  Action action = train_action(std::move(recipe));
  action.same_network = true;
  return action;
}

struct Remedy {
  Advice advice;
  Action action;
};

/// What helps a network that memorises, by what it has not tried yet.
Remedy against_memorising(const DiagnosisContext& context) {
  if (context.converged) return {Advice::train_all_layers, train_like("finetune")};
  Action same = train_action(context.recipe);
  if (!context.regularized && !context.published)
    return {Advice::augment_and_drop_out, train_action("article-regularized")};
  if (!context.regularized) {
    same.augment = "flip,rotate=15,zoom=0.2,shift=0.1";
    return {Advice::augment, same};
  }
  if (!context.pretrained) return {Advice::take_published_weights, train_action("transfer")};
  same.keep_best = true;
  return {Advice::keep_best_epoch, same};
}

Guessing guessing_of(const Evidence& run) {
  if (!run.may_be_guessed(run.validation_level())) return Guessing::no;
  return run.is_surely_guessed(run.validation_level()) ? Guessing::surely : Guessing::perhaps;
}

/// Whether the validation pictures are enough to show it, or else those that the head was fitted to.
bool features_tell_nothing(const Evidence& run) {
  const double level = run.validation_level();
  return run.is_surely_guessed(level) || (run.may_be_guessed(level) && run.training_is_surely_guessed());
}

}  // namespace

Finding cannot_tell(const Evidence& run) {
  return {Condition::too_few_pictures,
          Undecided{run.gap_facts(), run.validation_chance(), run.context().validation_count},
          Advice::check_with_more_pictures,
          {.kind = Action::Kind::inspect}};
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
  return Finding{Condition::shuffled_labels,
                 ShuffledLabels{run.gap_facts(), run.best_validation(), run.validation_chance()},
                 Advice::check_labels,
                 {.kind = Action::Kind::show, .count = 20}};
}

std::optional<Finding> overfitting(const Evidence& run) {
  const bool rises = run.val_loss_rises();
  const bool notable = run.gap() > std::max(kNotableGap, 2 * run.gap_error());
  if (!is_large_gap(run) && !(notable && rises)) return std::nullopt;
  Memorising facts{.gap = run.gap_facts(),
                   .gap_since = run.gap_since(),
                   .guessing = guessing_of(run),
                   .guessing_accuracy = run.validation_chance()};
  if (rises) facts.loss_rises_since = run.epoch(run.lowest_val_loss());
  Remedy remedy = against_memorising(run.context());
  return Finding{Condition::overfitting, facts, remedy.advice, std::move(remedy.action)};
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
  return Finding{Condition::still_improving, StillImproving{run.trend_facts()}, Advice::train_longer,
                 resume_action(run, 2 * run.trained_epochs())};
}

/// Validation above training is no sign by itself: dropout and augmentation handicap training only. The
/// better of the two says what the network can do.
std::optional<Finding> underfitting(const Evidence& run) {
  const Trend trend = run.training_trend();
  if (!run.at_low_level() || falls(trend)) return std::nullopt;
  if (!is_plateau(trend)) return too_short(run);
  return Finding{Condition::underfitting,
                 Plateau{run.trend_facts()},
                 run.context().regularized ? Advice::weaken_regularization : Advice::enlarge_network,
                 {.kind = Action::Kind::copy_recipe, .recipe = run.context().recipe}};
}

Finding no_validation(const Evidence& run) {
  return {Condition::no_validation,
          NoValidation{run.levels()},
          Advice::hold_pictures_back,
          {.kind = Action::Kind::inspect}};
}

Finding healthy(const Evidence& run) {
  const bool large = run.gap() > kLargeGap;
  const Healthy facts{.gap = run.gap_facts(),
                      .settled = run.validated() && is_plateau(run.validation_trend()),
                      .regularized = run.context().regularized,
                      .large_gap = large};
  return {Condition::healthy, facts, large ? Advice::more_validation_pictures : Advice::measure,
          evaluate_action(ActionPictures::validation)};
}

Finding converged(const Evidence& run) {
  if (!run.validated()) return no_validation(run);
  if (features_tell_nothing(run))
    return {Condition::stuck_at_chance, BlindFeatures{run.gap_facts(), run.validation_chance()},
            Advice::check_folders, train_like("finetune")};
  if (is_large_gap(run)) {
    Remedy remedy = against_memorising(run.context());
    return {Condition::overfitting, MemorisingHead{run.gap_facts()}, remedy.advice, std::move(remedy.action)};
  }
  if (run.may_be_guessed(run.validation_level())) return cannot_tell(run);
  const Healthy facts{.gap = run.gap_facts(),
                      .of_head = true,
                      .regularized = run.context().regularized,
                      .large_gap = run.gap() > kLargeGap};
  return {Condition::healthy, facts, Advice::measure, evaluate_action(ActionPictures::validation)};
}

}  // namespace margay::analysis
