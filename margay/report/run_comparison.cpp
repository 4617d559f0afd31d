// Results of runs, and McNemar's test of the best against each other one.
#include "margay/report/run_comparison.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "margay/core/error.h"
#include "margay/core/mcnemar.h"
#include "margay/report/short_paths.h"
#include "margay/report/trend.h"

namespace margay::report {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhere = "compare";

std::string full_path(const fs::path& path) {
  return fs::absolute(path).lexically_normal().string();
}

void check(std::span<const ComparedRun> runs) {
  require(runs.size() >= 2, kWhere, fmt::format("{} to compare, expected two runs or more", runs.size()),
          "name their directories: margay compare runs/article runs/article-regularized");
  std::set<std::string> seen;
  for (const ComparedRun& run : runs) {
    require(seen.insert(full_path(run.path / "")).second, kWhere,
            fmt::format("{} is named twice", run.path.string()));
    require(!run.history.empty(), kWhere, fmt::format("{} has no finished epoch yet", run.path.string()),
            "compare it when it has one");
  }
}

std::vector<std::string> names_of(std::span<const ComparedRun> runs) {
  std::vector<std::string> paths;
  for (const ComparedRun& run : runs) paths.push_back(full_path(run.path));
  return short_paths(paths);
}

bool keeps_best(const Json& config) {
  const Json::json_pointer keep("/training/keep");
  return config.contains(keep) && config[keep] == "best";
}

/// The epoch whose weights became the model: the trainer keeps the first of equally good ones.
const run::EpochRecord& kept_epoch(const ComparedRun& run) {
  const run::EpochRecord* kept = &run.history.back();
  if (!keeps_best(run.config)) return *kept;
  double best = -1;
  for (const run::EpochRecord& record : run.history)
    if (record.val_accuracy > best) best = record.val_accuracy, kept = &record;
  return *kept;
}

bool is_right(const run::Prediction& prediction) {
  return prediction.predicted == prediction.label;
}

std::vector<run::Prediction> sorted(std::vector<run::Prediction> predictions) {
  std::ranges::sort(predictions, {}, &run::Prediction::path);
  return predictions;
}

bool same_pictures(const std::vector<run::Prediction>& a, const std::vector<run::Prediction>& b) {
  return std::ranges::equal(
      a, b, [](const auto& x, const auto& y) { return x.path == y.path && x.label == y.label; });
}

PairTest test_pair(const std::vector<run::Prediction>& best, const std::vector<run::Prediction>& other) {
  PairTest test;
  for (size_t i = 0; i < best.size(); ++i) {
    test.only_best += is_right(best[i]) && !is_right(other[i]);
    test.only_other += !is_right(best[i]) && is_right(other[i]);
  }
  test.p_value = mcnemar_p_value(test.only_best, test.only_other);
  return test;
}

/// Holm's step-down correction: of many tests some look significant by luck.
void correct(std::vector<PairTest>& tests) {
  std::vector<PairTest*> by_p;
  for (PairTest& test : tests) by_p.push_back(&test);
  std::ranges::stable_sort(by_p, {}, [](const PairTest* test) { return test->p_value; });
  double least = 0;
  for (size_t i = 0; i < by_p.size(); ++i) {
    least = std::max(least, std::min(1.0, static_cast<double>(by_p.size() - i) * by_p[i]->p_value));
    by_p[i]->corrected_p_value = least;
  }
}

void add_tests(std::span<const ComparedRun> runs, RunComparison& comparison) {
  std::vector<size_t> tested;
  for (size_t i = 0; i < runs.size(); ++i) {
    if (!runs[i].predictions.empty())
      tested.push_back(i);
    else
      comparison.notes.push_back(
          fmt::format("{} has no predictions.csv, which a training with validation pictures writes at its "
                      "end: it is not tested.",
                      comparison.results[i].name));
  }
  if (tested.size() < 2) return;
  const auto accuracy = [&](size_t i) { return comparison.results[i].kept_val_accuracy; };
  comparison.best = *std::ranges::max_element(tested, {}, accuracy);
  const std::vector<run::Prediction> best = sorted(runs[comparison.best].predictions);
  comparison.test_pictures = static_cast<int64_t>(best.size());
  for (const size_t i : tested) {
    if (i == comparison.best) continue;
    const std::vector<run::Prediction> other = sorted(runs[i].predictions);
    if (same_pictures(best, other)) {
      comparison.tests.push_back(test_pair(best, other));
      comparison.tests.back().other = i;
    } else {
      comparison.notes.push_back(fmt::format("{} was validated on other pictures than {}: it is not tested.",
                                             comparison.results[i].name,
                                             comparison.results[comparison.best].name));
    }
  }
  correct(comparison.tests);
}

}  // namespace

RunResult result_of(const ComparedRun& run, const std::string& name) {
  const run::EpochRecord &last = run.history.back(), &kept = kept_epoch(run);
  RunResult result;
  result.name = name, result.path = run.path.string();
  result.epochs = last.epoch;
  result.accuracy = last.accuracy, result.loss = last.loss;
  result.val_accuracy = last.val_accuracy, result.val_loss = last.val_loss;
  result.kept_epoch = kept.epoch, result.kept_val_accuracy = kept.val_accuracy;
  if (const auto total = static_cast<int64_t>(run.predictions.size()); total > 0) {
    const int64_t right = std::ranges::count_if(run.predictions, is_right);
    result.kept_val_accuracy = static_cast<double>(right) / static_cast<double>(total);
    result.interval = wilson_interval(right, total);
  }
  std::vector<double> speeds;
  for (const run::EpochRecord& record : run.history) {
    speeds.push_back(record.images_per_second);
    result.training_s += record.seconds;
  }
  result.images_per_second = median(speeds);
  return result;
}

RunComparison compare_runs(std::span<const ComparedRun> runs) {
  check(runs);
  RunComparison comparison;
  const std::vector<std::string> names = names_of(runs);
  std::vector<Json> configs;
  for (size_t i = 0; i < runs.size(); ++i) {
    comparison.results.push_back(result_of(runs[i], names[i]));
    configs.push_back(runs[i].config);
  }
  comparison.differences = config_differences(configs);
  add_tests(runs, comparison);
  return comparison;
}

}  // namespace margay::report
