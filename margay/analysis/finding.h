// One condition of a training, with the facts that show it, what is advised, and what to do.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "margay/analysis/action.h"
#include "margay/analysis/facts.h"

namespace margay::analysis {

enum class Condition {
  not_finite,        ///< a loss became NaN or infinite
  no_new_pictures,   ///< all validation pictures are among those that the network has learned from
  few_new_pictures,  ///< so many of them are that the accuracy promises too much
  too_few_pictures,  ///< what was measured says nothing about other pictures
  too_short,         ///< fewer than three epochs to compare
  rate_too_high,     ///< the first steps destroyed more than the others could mend
  rate_too_low,      ///< the steps hardly move the weights
  stuck_at_chance,   ///< no better than guessing
  unstable,          ///< learns, and loses again and again what it has learned
  shuffled_labels,   ///< learns labels by heart that tell nothing about other pictures
  overfitting,       ///< learns the training pictures by heart
  underfitting,      ///< has stopped learning at a low level on both splits
  still_improving,   ///< more epochs would help
  no_validation,     ///< nothing to compare the training accuracy with
  healthy,           ///< none of these
};

/// "overfitting", "stuck at chance", ...: what programs know it by.
std::string_view name_of(Condition condition);

/// What is advised. How it is said is a matter of text/.
enum class Advice {
  measure,                   ///< class by class, and ask about pictures of one's own
  more_validation_pictures,  ///< to see whether it memorises
  check_with_more_pictures,  ///< to tell it from guessing
  clip_or_smaller_steps,     ///< cut off large gradients
  full_precision,            ///< smaller steps, and float32 where that does not do
  go_on_some_epochs,         ///< curves speak from the third on
  go_on_some_steps,          ///< about as many as tell
  go_on_until_shown,         ///< until the curves show where it leads
  smaller_steps,             ///< a range test measures which rate it bears
  larger_steps,              ///< the same
  give_a_rate,               ///< the same
  smaller_steps_and_look,    ///< at the pictures too
  check_labels,              ///< whether they belong to the pictures
  check_folders,             ///< and train all layers if they hold what they say
  train_all_layers,          ///< more pictures, and not only the last layer
  augment_and_drop_out,      ///< new variants, and forget a part each time
  augment,                   ///< new variants
  take_published_weights,    ///< which need fewer pictures
  keep_best_epoch,           ///< until there are more pictures
  train_longer,              ///< it costs nothing but time
  weaken_regularization,     ///< or make the network larger
  enlarge_network,           ///< or the pictures
  hold_pictures_back,        ///< there is no validation
  replace_validation,        ///< by pictures that it has not learned from
  take_out_learned,          ///< of validation
  collect_pictures,          ///< to train and to check with
};

/// "train_longer", ...
std::string_view name_of(Advice advice);

/// One condition with its evidence and what to do about it.
struct Finding {
  Condition condition = Condition::healthy;
  Facts facts{};
  Advice advice = Advice::measure;
  Action action{};

  std::string_view code() const { return code_of(facts); }
  /// What the facts say, by name, for programs: shares, losses, epochs.
  std::map<std::string, double> numbers() const { return numbers_of(facts); }
};

}  // namespace margay::analysis
