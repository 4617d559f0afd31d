// Trials of sweeps that were never trained.
#pragma once

#include <cmath>
#include <string>

#include "margay/analysis/sweep.h"
#include "margay/core/wilson_interval.h"

namespace margay::test {

/// A trial of 1,000 validation pictures.
inline analysis::SweepTrial trial_of(int number, double accuracy, double loss, bool complete = true) {
  analysis::SweepTrial trial{
      number, {{"optimizer.lr", number * 1e-3}, {"optimizer.name", "adam"}}, {}, {}, complete, {}};
  for (int epoch = 1; epoch <= (complete ? 4 : 2); ++epoch) {
    trial.history.emplace_back();
    trial.history.back().epoch = epoch;
    trial.history.back().val_accuracy = accuracy;
  }
  analysis::RunResult result;
  result.name = result.path = fmt::format("sweeps/a/trial-{:03}", number);
  result.epochs = static_cast<int>(trial.history.size());
  result.kept_val_accuracy = accuracy, result.val_loss = loss;
  if (complete && accuracy >= 0) result.interval = wilson_interval(std::llround(1000 * accuracy), 1000);
  trial.result = result;
  return trial;
}

inline analysis::SweepTrial failed_trial(int number) {
  return {number, {{"optimizer.lr", 10.0}, {"optimizer.name", "sgd"}}, {}, {}, false, "the loss became nan"};
}

}  // namespace margay::test
