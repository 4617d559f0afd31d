// Results of runs, and McNemar's test of every two of them: to test only the best would be to choose by the
// same pictures that are to tell whether it is.
#include "margay/analysis/run_comparison.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>
#include <utility>

#include "margay/analysis/short_paths.h"
#include "margay/analysis/trend.h"
#include "margay/core/error.h"
#include "margay/core/file_system.h"
#include "margay/core/holm.h"
#include "margay/core/mcnemar.h"

namespace margay::analysis {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhere = "compare";

std::string full_path(const fs::path& path) {
  return absolute_path(path).lexically_normal().string();
}

void check(std::span<const ComparedRun> runs) {
  require(runs.size() >= 2, kWhere, fmt::format("{} to compare, expected two runs or more", runs.size()),
          "name their directories");
  std::set<std::string> seen;
  for (const ComparedRun& run : runs) {
    // By whatever links lead there.
    std::error_code unreadable;
    const fs::path real = fs::canonical(run.path, unreadable);
    require(seen.insert(unreadable ? full_path(run.path / "") : real.string()).second, kWhere,
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

/// The epoch whose weights became the model.
const run::EpochRecord& kept_epoch(const ComparedRun& run) {
  const run::EpochRecord* best = keeps_best(run.config) ? run::best_epoch(run.history) : nullptr;
  return best ? *best : run.history.back();
}

bool is_right(const run::Prediction& prediction) {
  return prediction.predicted == prediction.label;
}

/// How pictures are known: by content, whatever they are called, where all runs know that; else by path.
enum class Key { content, path };

Key key_of(std::span<const ComparedRun> runs) {
  for (const ComparedRun& run : runs)
    for (const run::Prediction& prediction : run.predictions)
      if (!prediction.content) return Key::path;
  return Key::content;
}

/// The answers of a run in an order that is the same for all that were asked about the same pictures.
std::vector<run::Prediction> sorted(std::vector<run::Prediction> predictions, Key key) {
  if (key == Key::path)
    std::ranges::sort(predictions, {}, &run::Prediction::path);
  else
    std::ranges::sort(predictions, {}, [](const run::Prediction& prediction) {
      return std::tie(prediction.content, prediction.label, prediction.path);
    });
  return predictions;
}

bool same_pictures(const std::vector<run::Prediction>& a, const std::vector<run::Prediction>& b, Key key) {
  return std::ranges::equal(a, b, [&](const auto& x, const auto& y) {
    return (key == Key::content ? x.content == y.content : x.path == y.path) && x.label == y.label;
  });
}

/// Numbers of runs that answered the same pictures, which are `answers` of the first of them.
struct PictureGroup {
  std::vector<size_t> runs;
  std::vector<std::vector<run::Prediction>> answers;  ///< of each run
};

std::vector<PictureGroup> group_by_pictures(std::span<const ComparedRun> runs, RunComparison& comparison) {
  const Key key = key_of(runs);
  std::vector<PictureGroup> groups;
  for (size_t i = 0; i < runs.size(); ++i) {
    if (runs[i].predictions.empty()) {
      comparison.notes.push_back({.kind = ComparisonNote::Kind::no_predictions, .runs = {i}});
      continue;
    }
    std::vector<run::Prediction> answers = sorted(runs[i].predictions, key);
    auto group = std::ranges::find_if(groups, [&](const PictureGroup& known) {
      return same_pictures(known.answers.front(), answers, key);
    });
    if (group == groups.end()) group = groups.emplace(groups.end());
    group->runs.push_back(i);
    group->answers.push_back(std::move(answers));
  }
  return groups;
}

PairTest test_pair(const std::vector<run::Prediction>& first, const std::vector<run::Prediction>& second) {
  PairTest test{.better = 0, .other = 1};
  for (size_t i = 0; i < first.size(); ++i) {
    if (first[i].learned || second[i].learned) continue;  // it says nothing about others
    ++test.pictures;
    test.only_better += is_right(first[i]) && !is_right(second[i]);
    test.only_other += !is_right(first[i]) && is_right(second[i]);
  }
  test.p_value = mcnemar_p_value(test.only_better, test.only_other);
  if (test.only_better >= test.only_other) return test;
  std::swap(test.better, test.other);
  std::swap(test.only_better, test.only_other);
  return test;
}

void test_all_pairs(const PictureGroup& group, std::vector<PairTest>& tests) {
  for (size_t first = 0; first < group.runs.size(); ++first)
    for (size_t second = first + 1; second < group.runs.size(); ++second) {
      PairTest test = test_pair(group.answers[first], group.answers[second]);
      const bool in_order = test.better == 0;
      test.better = group.runs[in_order ? first : second];
      test.other = group.runs[in_order ? second : first];
      tests.push_back(test);
    }
}

void correct(std::vector<PairTest>& tests) {
  std::vector<double> p_values;
  for (const PairTest& test : tests) p_values.push_back(test.p_value);
  const std::vector<double> corrected = holm_corrected(p_values);
  for (size_t i = 0; i < tests.size(); ++i) tests[i].corrected_p_value = corrected[i];
}

void note_learned(const std::vector<run::Prediction>& predictions, size_t run, RunComparison& comparison) {
  const int64_t learned = std::ranges::count_if(predictions, &run::Prediction::learned);
  if (learned > 0)
    comparison.notes.push_back({.kind = ComparisonNote::Kind::learned, .runs = {run}, .learned = learned});
}

void note_unknown_weights(const ComparedRun& compared, size_t run, RunComparison& comparison) {
  if (!compared.unknown_weights.empty())
    comparison.notes.push_back(
        {.kind = ComparisonNote::Kind::unknown_weights, .runs = {run}, .weights = compared.unknown_weights});
}

void add_tests(std::span<const ComparedRun> runs, RunComparison& comparison) {
  const std::vector<PictureGroup> groups = group_by_pictures(runs, comparison);
  for (const PictureGroup& group : groups) {
    test_all_pairs(group, comparison.tests);
    if (&group == &groups.front()) continue;
    comparison.notes.push_back(
        {.kind = ComparisonNote::Kind::other_pictures, .runs = group.runs, .others = groups.front().runs});
  }
  correct(comparison.tests);
  for (size_t i = 0; i < runs.size(); ++i) {
    note_learned(runs[i].predictions, i, comparison);
    note_unknown_weights(runs[i], i, comparison);
  }
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

}  // namespace margay::analysis
