// What came of a search for settings: a ranking, and files for other programs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "margay/analysis/run_comparison.h"
#include "margay/core/json.h"

namespace margay::analysis {

/// One trial. Its settings are an object {key: value}, with the same keys in every trial.
struct SweepTrial {
  int number = 0;  ///< from 1
  Json settings{};
  run::History history{};
  std::optional<RunResult> result{};  ///< nothing where no epoch ended
  bool complete = false;              ///< trained to its end, and not given up on the way
  std::string failure{};              ///< why it has no model; empty where it has
};

/// All trials of a sweep, in the order of their numbers.
struct Sweep {
  std::vector<SweepTrial> trials;

  /// The complete trial with the highest validation accuracy of its model, of equal ones that with the lower
  /// loss; nothing where none is complete.
  const SweepTrial* best() const;
};

/// Whether `a` has come to more than `b`: the order of `Sweep::best`, trials without a model last.
bool is_better(const SweepTrial& a, const SweepTrial& b);

/// All trials, the best first and those without a model last.
std::vector<const SweepTrial*> ranked(const Sweep& sweep);

Json to_json(const Sweep& sweep);
/// A line per trial in the order of their numbers.
std::string to_csv(const Sweep& sweep);

/// A value as people write it: "0.001", "adam", "none" for an empty text.
std::string setting_text(const Json& value);
/// "optimizer.lr=0.001 training.batch_size=32"
std::string describe_settings(const Json& settings);

}  // namespace margay::analysis
