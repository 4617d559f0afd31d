// The names that programs know conditions and advice by.
#include "margay/analysis/finding.h"

namespace margay::analysis {

std::string_view name_of(Condition condition) {
  switch (condition) {
    case Condition::not_finite:
      return "not finite";
    case Condition::no_new_pictures:
      return "validation shows learned pictures";
    case Condition::few_new_pictures:
      return "validation shows some learned pictures";
    case Condition::too_few_pictures:
      return "far too few pictures";
    case Condition::too_short:
      return "too short to tell";
    case Condition::rate_too_high:
      return "rate too high";
    case Condition::rate_too_low:
      return "rate too low";
    case Condition::stuck_at_chance:
      return "stuck at chance";
    case Condition::unstable:
      return "unstable";
    case Condition::shuffled_labels:
      return "labels look shuffled";
    case Condition::overfitting:
      return "overfitting";
    case Condition::underfitting:
      return "underfitting";
    case Condition::still_improving:
      return "still improving";
    case Condition::no_validation:
      return "no validation";
    case Condition::healthy:
      return "healthy";
  }
  return "unknown";
}

std::string_view name_of(Advice advice) {
  switch (advice) {
    case Advice::measure:
      return "measure";
    case Advice::more_validation_pictures:
      return "more_validation_pictures";
    case Advice::check_with_more_pictures:
      return "check_with_more_pictures";
    case Advice::clip_or_smaller_steps:
      return "clip_or_smaller_steps";
    case Advice::full_precision:
      return "full_precision";
    case Advice::go_on_some_epochs:
      return "go_on_some_epochs";
    case Advice::go_on_some_steps:
      return "go_on_some_steps";
    case Advice::go_on_until_shown:
      return "go_on_until_shown";
    case Advice::smaller_steps:
      return "smaller_steps";
    case Advice::larger_steps:
      return "larger_steps";
    case Advice::give_a_rate:
      return "give_a_rate";
    case Advice::smaller_steps_and_look:
      return "smaller_steps_and_look";
    case Advice::check_labels:
      return "check_labels";
    case Advice::check_folders:
      return "check_folders";
    case Advice::train_all_layers:
      return "train_all_layers";
    case Advice::augment_and_drop_out:
      return "augment_and_drop_out";
    case Advice::augment:
      return "augment";
    case Advice::take_published_weights:
      return "take_published_weights";
    case Advice::keep_best_epoch:
      return "keep_best_epoch";
    case Advice::train_longer:
      return "train_longer";
    case Advice::weaken_regularization:
      return "weaken_regularization";
    case Advice::enlarge_network:
      return "enlarge_network";
    case Advice::hold_pictures_back:
      return "hold_pictures_back";
    case Advice::replace_validation:
      return "replace_validation";
    case Advice::take_out_learned:
      return "take_out_learned";
    case Advice::collect_pictures:
      return "collect_pictures";
  }
  return "unknown";
}

}  // namespace margay::analysis
