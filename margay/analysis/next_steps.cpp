// Chooses the steps.
#include "margay/analysis/next_steps.h"

#include <algorithm>

#include "margay/analysis/findings.h"

namespace margay::analysis {
namespace {

using Purpose = NextStep::Purpose;
using Wish = NextStep::Wish;

std::vector<NextStep> measuring_steps(const DiagnosisContext& context, bool has_test_split) {
  std::vector<NextStep> steps;
  if (const int64_t fresh = context.validation_count - context.learned_validation; fresh > 0)
    steps.push_back({.purpose = Purpose::measure,
                     .wish = Wish::measure_validation,
                     .action = evaluate_action(ActionPictures::validation),
                     .fresh_pictures = fresh,
                     .some_learned = context.learned_validation > 0,
                     .unknown_weights = context.unknown_weights});
  steps.push_back(
      {.purpose = Purpose::measure,
       .wish = has_test_split ? Wish::measure_test : Wish::measure_others,
       .action = evaluate_action(has_test_split ? ActionPictures::test : ActionPictures::others)});
  return steps;
}

/// What the diagnosis advises, where it advises a change.
void add_advice(const Diagnosis& diagnosis, std::vector<NextStep>& steps) {
  for (const Finding& finding : diagnosis.findings)
    if (finding.condition != Condition::healthy)
      steps.push_back({.purpose = Purpose::improve,
                       .wish = Wish::follow_finding,
                       .action = finding.action,
                       .finding = finding});
}

/// Whether hardly a picture is wrong, so that no other training could be measured to be better.
bool leaves_nothing_to_gain(const Diagnosis& diagnosis) {
  constexpr double kAlmostAll = 0.98;
  const auto numbers = diagnosis.primary().numbers();
  const auto found = numbers.find("validation_accuracy");
  return found != numbers.end() && found->second >= kAlmostAll;
}

/// What is worth a try unless hardly a picture is wrong.
void add_pretrained(const Diagnosis& diagnosis, const DiagnosisContext& context,
                    std::vector<NextStep>& steps) {
  const bool begins_with_weights = context.pretrained;
  if (leaves_nothing_to_gain(diagnosis)) return;
  if (begins_with_weights && (!context.converged || diagnosis.has(Condition::too_few_pictures))) return;
  const std::string recipe = begins_with_weights ? "finetune" : "transfer";
  const auto there = [&](const NextStep& other) {
    return other.action.kind == Action::Kind::train && other.action.recipe == recipe;
  };
  if (std::ranges::any_of(steps, there)) return;
  steps.push_back({.purpose = Purpose::improve,
                   .wish = begins_with_weights ? Wish::train_all_layers : Wish::fit_published,
                   .action = train_action(recipe),
                   .download_bytes = context.weights_bytes});
}

}  // namespace

std::vector<NextStep> next_steps(const Diagnosis& diagnosis, const DiagnosisContext& context,
                                 bool has_test_split) {
  std::vector<NextStep> steps;
  if (context.has_model) {
    steps.push_back({.purpose = Purpose::use,
                     .wish = Wish::ask_it,
                     .action = {.kind = Action::Kind::predict, .pictures = ActionPictures::others}});
    for (NextStep& step : measuring_steps(context, has_test_split)) steps.push_back(std::move(step));
  }
  add_advice(diagnosis, steps);
  add_pretrained(diagnosis, context, steps);
  return steps;
}

std::string_view name_of(Purpose purpose) {
  switch (purpose) {
    case Purpose::use:
      return "use";
    case Purpose::measure:
      return "measure";
    case Purpose::improve:
      return "improve";
  }
  return "unknown";
}

std::string_view name_of(Wish wish) {
  switch (wish) {
    case Wish::ask_it:
      return "ask_it";
    case Wish::measure_validation:
      return "measure_validation";
    case Wish::measure_test:
      return "measure_test";
    case Wish::measure_others:
      return "measure_others";
    case Wish::follow_finding:
      return "follow_finding";
    case Wish::fit_published:
      return "fit_published";
    case Wish::train_all_layers:
      return "train_all_layers";
  }
  return "unknown";
}

}  // namespace margay::analysis
