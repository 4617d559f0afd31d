// What the numbers of pictures say: fewer than these and no accuracy means anything.
#include "margay/analysis/findings.h"

namespace margay::analysis {
namespace {

// A class of fewer pictures has shown next to nothing of what it can look like.
constexpr int64_t kFewestOfClass = 10;
// With fewer the accuracy is known to no better than +-25 points (Wilson).
constexpr int64_t kFewestToCheck = 10;
// So many validation pictures that were learned from lift the accuracy by two points at most.
constexpr double kHarmlessShare = 0.02;

Shortage shortage_of(const DiagnosisContext& context) {
  Shortage shortage{.smallest_class = context.smallest_class,
                    .validation_count = context.validation_count,
                    .validation_classes = context.validation_classes,
                    .classes = context.classes};
  shortage.few_to_learn = context.smallest_class > 0 && context.smallest_class < kFewestOfClass;
  if (context.validation_count == 0) return shortage;
  shortage.lacks_classes = context.validation_classes > 0 && context.validation_classes < context.classes;
  shortage.few_to_check = context.validation_count < kFewestToCheck;
  return shortage;
}

}  // namespace

std::optional<Finding> no_new_pictures(const Evidence& run) {
  const DiagnosisContext& context = run.context();
  const int64_t count = context.validation_count, learned = context.learned_validation;
  if (count == 0 || static_cast<double>(learned) < kHarmlessShare * static_cast<double>(count))
    return std::nullopt;
  const LearnedPictures facts{.validation_count = count, .learned = learned};
  return Finding{facts.all() ? Condition::no_new_pictures : Condition::few_new_pictures,
                 facts,
                 facts.all() ? Advice::replace_validation : Advice::take_out_learned,
                 {.kind = Action::Kind::inspect}};
}

std::optional<Finding> too_few_pictures(const Evidence& run) {
  const Shortage shortage = shortage_of(run.context());
  if (!shortage.any()) return std::nullopt;
  return Finding{
      Condition::too_few_pictures, shortage, Advice::collect_pictures, {.kind = Action::Kind::inspect}};
}

}  // namespace margay::analysis
