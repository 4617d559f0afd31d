// Which recipe is taken where nobody names one.
#pragma once

#include "apps/margay/training_options.h"

namespace margay::app {

/// What a command can do with a recipe.
enum class RecipeUse {
  training,  ///< whatever trains
  steps,     ///< only what goes down the gradient, not a head that is fitted at once
};

/// Where neither --recipe nor --config is given: takes what suits the network and the weights that are given
/// or at hand, or for `training` what suits where nothing is given, and notes why in options.decisions. A
/// network that begins with weights gets `transfer` or, where options speak of epochs, `finetune`; one that
/// begins with nothing `scratch`, with pictures of the size that it is meant for. Throws UsageError where
/// --weights does not say which network it is for.
void choose_recipe(TrainingOptions& options, RecipeUse use);

/// Says on standard error which recipe was chosen and why, where one was: once nothing is left to refuse
/// before pictures are decoded.
void announce_recipe(const TrainingOptions& options);

}  // namespace margay::app
