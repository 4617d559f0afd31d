// What the tests of the diagnosis have in common: made histories and what is said of them.
#pragma once

#include <doctest/doctest.h>

#include "margay/report/diagnosis.h"
#include "tests/report/made_history.h"

namespace margay::test {

inline report::DiagnosisContext pets() {
  report::DiagnosisContext context;
  context.classes = 2, context.train_count = 2000, context.validation_count = 1000;
  context.data_path = "pets", context.run_path = "runs/article";
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

inline report::Condition primary(const run::History& history,
                                 const report::DiagnosisContext& context = pets()) {
  return report::diagnose(history, context).primary().condition;
}

inline double number(const report::Finding& finding, const char* name) {
  REQUIRE(finding.numbers.contains(name));
  return finding.numbers.at(name);
}

}  // namespace margay::test
