// The rules of the diagnosis, one function each: what they need to see, and what they find then. Nothing
// where they do not apply.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "margay/analysis/diagnosis.h"
#include "margay/analysis/evidence.h"

namespace margay::analysis {

/// With fewer epochs a slope and an accident look the same.
inline constexpr int kFewestEpochs = 3;
/// So many steps show where a training goes.
inline constexpr int64_t kTellingSteps = 200;
/// A gap that somebody would act on even with endless validation pictures.
inline constexpr double kLargeGap = 0.08;
/// A loss below this share of that of guessing is one that guessing does not come to.
inline constexpr double kGuessedLoss = 0.95;

// Of the steps, in step_findings.cpp.

/// `index` is that of the epoch with a loss that is no number.
Finding not_finite(const Evidence& run, size_t index);
Finding too_short(const Evidence& run);
std::optional<Finding> unstable(const Evidence& run);
std::optional<Finding> rate_too_high(const Evidence& run);
/// Whether the last losses are far above that of guessing, which no training comes to that has hardly begun.
bool has_exploded(const Evidence& run);
/// A loss so high at the end that no further epoch is needed to see it.
std::optional<Finding> diverged(const Evidence& run);
/// A rate so far from what networks bear that no further epoch is needed to see what comes of it.
std::optional<Finding> rate_far_out(const Evidence& run);
/// A rate of 0, from the first epoch on.
std::optional<Finding> standstill(const Evidence& run);
std::optional<Finding> rate_too_low(const Evidence& run);
std::optional<Finding> stuck_at_chance(const Evidence& run);

// Of what was learned, in learning_findings.cpp.

std::optional<Finding> shuffled_labels(const Evidence& run);
std::optional<Finding> overfitting(const Evidence& run);
std::optional<Finding> still_improving(const Evidence& run);
std::optional<Finding> underfitting(const Evidence& run);
Finding no_validation(const Evidence& run);
Finding healthy(const Evidence& run);
/// Where what a network does on so few validation pictures may be guessing and may be good.
Finding cannot_tell(const Evidence& run);
/// What is fitted to convergence can neither train too short nor too long: its levels say all.
Finding converged(const Evidence& run);

/// Whether a falling loss is worth more epochs. A loss can fall for ever after the last picture is right.
bool is_worth_it(const Trend& trend, double loss, const Evidence& run);

// Of the pictures, in picture_findings.cpp.

std::optional<Finding> no_new_pictures(const Evidence& run);
std::optional<Finding> too_few_pictures(const Evidence& run);

// What to do, in actions.cpp.

/// A new run of the same data by a recipe.
Action train_action(std::string recipe);
/// The same recipe at `factor` times its learning rate, within what optimisers bear.
Action change_rate(const Evidence& run, double factor);
/// The same run with so many epochs, or up to its planned end where that is yet to come.
Action resume_action(const Evidence& run, int epochs);
Action evaluate_action(ActionPictures pictures);

}  // namespace margay::analysis
