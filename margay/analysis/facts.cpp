// The numbers of facts by the names that the JSON of a diagnosis has.
#include "margay/analysis/facts.h"

#include <cmath>

namespace margay::analysis {
namespace {

using Numbers = std::map<std::string, double>;

/// Those of a part, with more.
Numbers with(Numbers numbers, Numbers more) {
  numbers.merge(more);
  return numbers;
}

Numbers of(const Levels& levels) {
  Numbers numbers{{"training_accuracy", levels.training}};
  if (!std::isnan(levels.validation)) numbers["validation_accuracy"] = levels.validation;
  return numbers;
}

Numbers of(const Gap& gap) {
  return with(of(gap.levels), {{"gap", gap.gap}, {"gap_error", gap.error}});
}

Numbers of(const AgainstGuessing& end) {
  return with(of(end.levels), {{"guessing_accuracy", end.guessing_accuracy},
                               {"guessing_loss", end.guessing_loss},
                               {"loss", end.loss}});
}

Numbers of(const LossTrend& trend) {
  Numbers numbers = with(
      of(trend.levels), {{"epochs_of_trend", trend.points}, {"training_loss_change", trend.training_change}});
  if (!std::isnan(trend.levels.validation)) numbers["validation_loss_change"] = trend.validation_change;
  return numbers;
}

Numbers of(const NotFinite& found) {
  return {{"epoch", found.epoch}};
}

Numbers of(const LearnedPictures& found) {
  return {{"validation_count", static_cast<double>(found.validation_count)},
          {"learned_validation", static_cast<double>(found.learned)}};
}

Numbers of(const Shortage& found) {
  return {{"smallest_class", static_cast<double>(found.smallest_class)},
          {"validation_classes", found.validation_classes},
          {"validation_count", static_cast<double>(found.validation_count)}};
}

Numbers of(const Undecided& found) {
  return with(of(found.gap), {{"guessing_accuracy", found.guessing_accuracy}});
}

Numbers of(const TooShort& found) {
  return {{"epochs", found.epochs}, {"steps", static_cast<double>(found.steps)}};
}

Numbers of(const Jumps& found) {
  return {{"jumps", static_cast<double>(found.jumps)}, {"last_jump_epoch", found.last_epoch}};
}

Numbers of(const Exploded& found) {
  return with(of(found.end),
              {{"highest_loss", found.highest_loss}, {"highest_update_ratio", found.highest_update_ratio}});
}

Numbers of(const Leapt& found) {
  return with(of(found.end),
              {{"highest_loss", found.highest_loss}, {"highest_update_ratio", found.highest_update_ratio}});
}

Numbers of(const Diverged& found) {
  return with(of(found.end), {{"highest_loss", found.loss}});
}

Numbers of(const RateFarOut& found) {
  return with(of(found.end), {{"learning_rate", found.learning_rate}});
}

Numbers of(const Standstill& found) {
  return with(of(found.end), {{"learning_rate", 0}});
}

Numbers of(const TinySteps& found) {
  return with(of(found.end), {{"highest_update_ratio", found.highest_update_ratio}});
}

Numbers of(const StuckAtChance& found) {
  return with(of(found.end), {{"last_update_ratio", found.last_update_ratio}});
}

Numbers of(const BlindFeatures& found) {
  return with(of(found.gap), {{"guessing_accuracy", found.guessing_accuracy}});
}

Numbers of(const ShuffledLabels& found) {
  return with(of(found.gap), {{"best_validation_accuracy", found.best_validation},
                              {"guessing_accuracy", found.guessing_accuracy}});
}

Numbers of(const Memorising& found) {
  Numbers numbers = with(of(found.gap), {{"gap_since_epoch", found.gap_since}});
  if (found.loss_rises_since) numbers["loss_rises_since_epoch"] = *found.loss_rises_since;
  if (found.guessing != Guessing::no) numbers["guessing_accuracy"] = found.guessing_accuracy;
  return numbers;
}

Numbers of(const MemorisingHead& found) {
  return of(found.gap);
}

Numbers of(const StillImproving& found) {
  return of(found.trend);
}

Numbers of(const Plateau& found) {
  return of(found.trend);
}

Numbers of(const NoValidation& found) {
  return of(found.levels);
}

Numbers of(const Healthy& found) {
  return found.of_head ? of(found.gap) : with(of(found.gap), {{"settled", found.settled ? 1 : 0}});
}

}  // namespace

std::string_view code_of(const Facts& facts) {
  return std::visit([](const auto& found) { return found.kCode; }, facts);
}

std::map<std::string, double> numbers_of(const Facts& facts) {
  return std::visit([](const auto& found) { return of(found); }, facts);
}

}  // namespace margay::analysis
