// What the tests of the diagnosis have in common: made histories and what is said of them.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "margay/analysis/diagnosis.h"
#include "tests/analysis/made_history.h"

namespace margay::test {

inline analysis::DiagnosisContext pets() {
  analysis::DiagnosisContext context;
  context.classes = 2, context.train_count = 2000, context.validation_count = 1000;
  return context;
}

inline HistoryShape memorising() {
  HistoryShape shape;
  shape.training = 0.97, shape.validation = 0.72, shape.epochs_to_learn = 5, shape.val_loss_rise = 0.04;
  return shape;
}

/// Learns nothing; the further columns are `highest_loss` in the first epoch and `update_ratio` in all.
inline run::History flat_history(double highest_loss, double update_ratio) {
  HistoryShape shape;
  shape.training = shape.validation = 0.5;
  run::History history = made_history(shape);
  for (run::EpochRecord& record : history)
    record.others = {{run::kHighestLoss, record.epoch == 1 ? highest_loss : record.loss},
                     {run::kUpdateRatio, update_ratio}};
  return history;
}

inline analysis::Condition primary(const run::History& history,
                                   const analysis::DiagnosisContext& context = pets()) {
  return analysis::diagnose(history, context).primary().condition;
}

inline double number(const analysis::Finding& finding, const char* name) {
  const auto numbers = finding.numbers();
  REQUIRE(numbers.contains(name));
  return numbers.at(name);
}

/// A new run by a recipe; with a rate of its own where that is not 0.
inline analysis::Action training(const std::string& recipe, double rate = 0) {
  analysis::Action action{.kind = analysis::Action::Kind::train, .recipe = recipe};
  if (rate != 0) action.learning_rate = rate;
  return action;
}

/// The same run goes on.
inline analysis::Action going_on(int epochs, bool without_patience = false) {
  return {.kind = analysis::Action::Kind::resume, .epochs = epochs, .without_patience = without_patience};
}

/// Whether it advises the recipe "article" at about this rate.
inline bool advises_rate(const analysis::Finding& finding, double rate) {
  const auto advised = finding.action.learning_rate;
  return finding.action.kind == analysis::Action::Kind::train && finding.action.recipe == "article" &&
         advised && std::abs(*advised - rate) < 1e-6 * rate;
}

}  // namespace margay::test
