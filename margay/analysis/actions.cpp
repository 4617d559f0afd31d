// What findings advise to do, within what optimisers bear.
#include <algorithm>

#include "margay/analysis/findings.h"

namespace margay::analysis {
namespace {

// The lowest rate worth a try, as a share of the highest that the optimiser bears.
constexpr double kSlowest = 0.01;

}  // namespace

Action train_action(std::string recipe) {
  return {.kind = Action::Kind::train, .recipe = std::move(recipe)};
}

Action change_rate(const Evidence& run, double factor) {
  const DiagnosisContext& context = run.context();
  const double asked = context.learning_rate > 0 ? context.learning_rate : run.highest_rate();
  const double used = asked > 0 ? asked : context.highest_rate;
  // A rate far outside is no measure of anything: a tenth of 50 is no advice.
  double advised = used * factor;
  if (factor < 1 || used < context.highest_rate) advised = std::min(advised, context.highest_rate);
  if (factor > 1) advised = std::max(advised, kSlowest * context.highest_rate);
  Action action = train_action(context.recipe);
  action.learning_rate = advised;
  return action;
}

Action resume_action(const Evidence& run, int epochs) {
  const DiagnosisContext& context = run.context();
  Action action{.kind = Action::Kind::resume};
  // What was stopped on its way has a plan of its own, which may be for far more.
  if (context.planned_epochs <= run.trained_epochs()) action.epochs = epochs;
  action.without_patience = context.ended_by_patience;
  return action;
}

Action evaluate_action(ActionPictures pictures) {
  return {.kind = Action::Kind::evaluate, .pictures = pictures};
}

}  // namespace margay::analysis
