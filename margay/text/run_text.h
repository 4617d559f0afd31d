// Sentences about how a run was made and measured.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "margay/recipe/config.h"
#include "margay/text/wording.h"

namespace margay::text {

/// Whose weights a model has.
enum class Kept { last_epoch, best_epoch, average, head };
/// By the name that a model's provenance has, of recipe::Keep or recipe::Method; any other is the last epoch.
Kept kept_of(std::string_view keep_name);
/// Of a training by this configuration.
Kept kept_of(const recipe::Config& config);

/// "weights of the last epoch (15)"
std::string kept_text(Kept kept, int epoch, Language language);
/// The same with the precision that it was measured in.
std::string measured_model_text(Kept kept, int epoch, Language language);

/// "article on cats-and-dogs"
std::string run_title(const std::string& recipe, const std::string& data, Language language);

/// "SGD with momentum 0.9"; no momentum: 0.
std::string optimizer_text(const std::string& name, double momentum, Language language);
/// "labels smoothed by 0.1 and focal weighting with gamma 2"; empty for two zeros.
std::string loss_changes_text(double label_smoothing, double focal_gamma, Language language);

/// Why the command that repeats a run makes other weights.
enum class RepeatDiffers { no, stopped, budget_in_sessions, resumed };
/// Empty for `no`.
std::string repeat_text(RepeatDiffers why, const Wording& wording);

/// What the validation pictures have chosen.
struct ValidationChoices {
  bool kept_epoch = false, end = false, learning_rate = false;
};
/// A sentence; empty where they have chosen nothing.
std::string choices_text(ValidationChoices choices, Language language);
/// That held-out training pictures have chosen the L2 strength.
std::string head_choice_text(Language language);

/// Two validation accuracies of one run: in the last epoch, while training, and of the model.
struct TwoAccuracies {
  int epoch = 0;
  double while_training = 0, of_model = 0;
  bool in_bfloat16 = false;
};
/// A part of a sentence: "epoch 15 got 72.4 % of ..."; empty where they look the same or one is NaN.
std::string two_accuracies_text(const TwoAccuracies& two, Language language);
/// The same as a sentence of its own: "In the curves epoch 15 got ..."
std::string two_accuracies_note(const TwoAccuracies& two, Language language);

}  // namespace margay::text
