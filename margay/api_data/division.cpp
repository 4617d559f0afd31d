// Divides data sets by content, once or for cross-validation.
#include <algorithm>
#include <map>
#include <utility>

#include "margay/api_data/survey.h"
#include "margay/core/cpu.h"
#include "margay/core/error.h"
#include "margay/data/content_split.h"

namespace margay {
namespace {

/// The fold of every picture: contents are dealt out class by class in the order of their hashes, and a
/// content belongs to the first class that has it.
std::vector<size_t> deal(const Survey& survey, size_t count, uint64_t seed) {
  std::vector<data::ContentHash> contents;
  for (const auto& content : survey.contents) contents.push_back(content.value_or(data::ContentHash{}));
  contents = data::reordered(std::move(contents), seed);
  std::vector<size_t> order(contents.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {}, [&](size_t i) { return std::pair(contents[i], survey.labels[i]); });

  std::vector<size_t> folds(order.size());
  std::map<std::string, size_t> next;
  for (size_t i = 0; i < order.size(); ++i) {
    const bool is_copy = i > 0 && contents[order[i]] == contents[order[i - 1]];
    folds[order[i]] = is_copy ? folds[order[i - 1]] : next[survey.labels[order[i]]]++ % count;
  }
  return folds;
}

template <class IsHeldBack>
Division divide(const Dataset& dataset, const IsHeldBack& is_held_back) {
  std::vector<size_t> train, validation;
  for (size_t i = 0; i < dataset.size(); ++i) (is_held_back(i) ? validation : train).push_back(i);
  return {Subset(dataset, std::move(train)), Subset(dataset, std::move(validation))};
}

}  // namespace

Division split(const Dataset& dataset, double validation_share, uint64_t seed) {
  WorkerPool pool(usable_cpus());
  const std::vector<bool> held_back = choose_held_back(survey(dataset, pool), validation_share, seed);
  return divide(dataset, [&](size_t i) { return held_back[i]; });
}

std::vector<Division> folds(const Dataset& dataset, int count, uint64_t seed) {
  require(count >= 2, "data.folds", fmt::format("{} folds, expected at least 2", count));
  WorkerPool pool(usable_cpus());
  const std::vector<size_t> fold_of = deal(survey(dataset, pool), static_cast<size_t>(count), seed);
  std::vector<Division> made;
  for (size_t fold = 0; fold < static_cast<size_t>(count); ++fold)
    made.push_back(divide(dataset, [&](size_t i) { return fold_of[i] == fold; }));
  return made;
}

}  // namespace margay
