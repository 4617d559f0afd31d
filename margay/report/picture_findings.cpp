// What the numbers of pictures say: fewer than these and no accuracy means anything.
#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "margay/report/findings.h"
#include "margay/report/phrases.h"

namespace margay::report {
namespace {

// A class of fewer pictures has shown next to nothing of what it can look like.
constexpr int64_t kFewestOfClass = 10;
// With fewer the accuracy is known to no better than +-25 points (Wilson).
constexpr int64_t kFewestToCheck = 10;
// So many validation pictures that were learned from lift the accuracy by two points at most.
constexpr double kHarmlessShare = 0.02;

/// What there is too little of; empty where there is enough or nothing is known.
std::vector<std::string> shortages(const DiagnosisContext& context) {
  std::vector<std::string> found;
  if (context.smallest_class > 0 && context.smallest_class < kFewestOfClass)
    found.push_back(
        fmt::format("the smallest class has {} to train on", counted(context.smallest_class, "picture")));
  if (context.validation_count == 0) return found;
  if (context.validation_classes > 0 && context.validation_classes < context.classes)
    found.push_back(fmt::format("validation has pictures of {} of the {} classes only",
                                context.validation_classes, context.classes));
  if (context.validation_count < kFewestToCheck)
    found.push_back(fmt::format("there are {} to check with", counted(context.validation_count, "picture")));
  return found;
}

Finding all_are_learned(const DiagnosisContext& context) {
  Finding finding;
  finding.condition = Condition::no_new_pictures;
  finding.evidence = fmt::format(
      "all {} are, by their content, among those that the network has learned from: no "
      "accuracy that was measured says anything about other pictures",
      counted(context.validation_count, "validation picture"));
  finding.advice = "Leave the validation folder out, or replace its pictures by others.";
  return finding;
}

Finding some_are_learned(const DiagnosisContext& context) {
  const auto points =
      100 * static_cast<double>(context.learned_validation) / static_cast<double>(context.validation_count);
  Finding finding;
  finding.condition = Condition::few_new_pictures;
  finding.evidence = fmt::format(
      "{}, by content, among those that the network has learned from: the accuracy may be up to "
      "{:.0f} points higher than on new pictures",
      part_of(context.learned_validation, context.validation_count, "validation picture", "is", "are"),
      std::ceil(points));
  finding.advice =
      "Take them out of the validation pictures, or put others there that it has not learned from.";
  return finding;
}

}  // namespace

std::optional<Finding> no_new_pictures(const Evidence& run) {
  const DiagnosisContext& context = run.context();
  const int64_t count = context.validation_count, learned = context.learned_validation;
  if (count == 0 || static_cast<double>(learned) < kHarmlessShare * static_cast<double>(count))
    return std::nullopt;
  Finding finding = learned >= count ? all_are_learned(context) : some_are_learned(context);
  finding.numbers = {{"validation_count", static_cast<double>(count)},
                     {"learned_validation", static_cast<double>(learned)}};
  finding.advice +=
      " Where DATA has a folder per class and no splits, margay train --validation 0.2 holds pictures back, "
      "and copies of one are never on both sides.";
  finding.command = data_command(context, "inspect");
  return finding;
}

std::optional<Finding> too_few_pictures(const Evidence& run) {
  const DiagnosisContext& context = run.context();
  const std::vector<std::string> found = shortages(context);
  if (found.empty()) return std::nullopt;
  return Finding{
      Condition::too_few_pictures,
      {{"smallest_class", static_cast<double>(context.smallest_class)},
       {"validation_classes", context.validation_classes},
       {"validation_count", static_cast<double>(context.validation_count)}},
      fmt::format("{}: no accuracy that was measured says anything about other pictures", joined(found)),
      "To train the last layer of a published network (--recipe transfer) 20 to 50 pictures of each class "
      "are a start, to train a whole network some hundreds. To check it, " +
          std::string(kPicturesToCheck),
      data_command(context, "inspect")};
}

}  // namespace margay::report
