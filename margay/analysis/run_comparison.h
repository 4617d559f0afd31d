// Several runs side by side: what was decided differently, what came of it, and whether it is more than luck.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "margay/analysis/config_differences.h"
#include "margay/core/json.h"
#include "margay/core/wilson_interval.h"
#include "margay/run/history.h"
#include "margay/run/predictions.h"

namespace margay::analysis {

/// A run as its files tell it.
struct ComparedRun {
  std::filesystem::path path;
  Json config;                                    ///< config.toml
  run::History history;                           ///< at least one epoch
  std::vector<run::Prediction> predictions;       ///< empty where the run has none
  std::vector<std::string> unknown_weights = {};  ///< that it goes back to, see run/recorded_data.h
};

/// What came of one run. Accuracies are shares in [0, 1], NaN without validation.
struct RunResult {
  std::string name;  ///< its path, shortened as far as the others allow
  std::string path;
  int epochs = 0;
  double accuracy = 0;      ///< training, last epoch
  double val_accuracy = 0;  ///< last epoch
  double val_loss = 0;      ///< last epoch
  double loss = 0;
  int kept_epoch = 0;                ///< whose weights the model has
  double kept_val_accuracy = 0;      ///< of those weights: by the predictions where there are some
  std::optional<Interval> interval;  ///< 95 % (Wilson) of it, where the number of pictures is known
  double images_per_second = 0;      ///< median over the epochs
  double training_s = 0;             ///< sum over the epochs
};

/// McNemar's test of two runs on the pictures that both have answered.
struct PairTest {
  size_t better = 0;             ///< number of the run that is right more often, the first of equals
  size_t other = 0;              ///< number of the other one
  int64_t pictures = 0;          ///< that both answered
  int64_t only_better = 0;       ///< pictures that the better one alone gets right
  int64_t only_other = 0;        ///< pictures that the other one alone gets right
  double p_value = 1;            ///< mid-p
  double corrected_p_value = 1;  ///< Holm's, for the number of pairs
  bool significant() const { return corrected_p_value < 0.05; }
};

/// What is left out of the tests, or to be known about a run.
struct ComparisonNote {
  enum class Kind {
    no_predictions,   ///< the run has none: it is not tested
    other_pictures,   ///< the runs were validated on other pictures than `others`
    learned,          ///< the run has learned from some of its validation pictures
    unknown_weights,  ///< nobody knows what the weights had learned from that it goes back to
  };
  Kind kind = Kind::no_predictions;
  std::vector<size_t> runs{};          ///< numbers of them
  std::vector<size_t> others{};        ///< other_pictures: the runs that they are not tested against
  int64_t learned = 0;                 ///< learned: pictures
  std::vector<std::string> weights{};  ///< unknown_weights
};

/// "no_predictions", ...
std::string_view name_of(ComparisonNote::Kind kind);

/// Runs side by side.
struct RunComparison {
  std::vector<RunResult> results;  ///< in the order of the runs
  std::vector<ConfigDifference> differences;
  std::vector<PairTest> tests;  ///< all pairs that answered the same pictures
  std::vector<ComparisonNote> notes;

  /// Of the differences every value, in the order of `runs`.
  Json to_json() const;
};

/// What came of a run, which must have an epoch.
RunResult result_of(const ComparedRun& run, const std::string& name);

/// Throws UsageError for fewer than two runs, the same path twice, or a run without an epoch.
RunComparison compare_runs(std::span<const ComparedRun> runs);

}  // namespace margay::analysis
