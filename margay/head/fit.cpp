// Folds, the search for the L2 strength, and the way back from standardised features.
#include "margay/head/fit.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include "margay/core/error.h"
#include "margay/core/random.h"

namespace margay::head {
namespace {

// Choosing needs less than the fit that is kept.
constexpr double kSearchTolerance = 1e-4;
// Weaker regularization is slower: so many in a row that are worse end the search.
constexpr int kPatience = 2;

/// Pictures to fit and pictures to measure.
struct Fold {
  std::vector<size_t> fitted, held_out;
  Linear linear;  ///< of the strength before, to begin with
};

std::vector<Fold> make_folds(std::span<const int> fold_of, int folds) {
  std::vector<Fold> made;
  for (int fold = 0; fold < folds; ++fold) {
    Fold next;
    for (size_t i = 0; i < fold_of.size(); ++i)
      (fold_of[i] == fold ? next.held_out : next.fitted).push_back(i);
    if (!next.held_out.empty()) made.push_back(std::move(next));
  }
  return made;
}

/// Sums of scores over pictures.
struct Sums {
  double loss = 0, weight = 0, right = 0, count = 0;

  void add(const Score& score, std::span<const size_t> pictures, const Examples& examples) {
    for (size_t i = 0; i < pictures.size(); ++i) {
      const auto label = static_cast<size_t>(examples.labels[pictures[i]]);
      const double share = examples.weights.empty() ? 1 : examples.weights[label];
      loss += share * score.losses[i];
      weight += share;
      right += score.right[i] != 0 ? 1 : 0;
    }
    count += static_cast<double>(pictures.size());
  }
};

/// Tries L2 strengths from the strongest on, all folds of one before the next.
class Search {
 public:
  Search(const Examples& examples, std::vector<Fold> folds, std::vector<double> l2, WorkerPool& pool,
         ProgressObserver progress, std::stop_token stop)
      : examples_(examples),
        folds_(std::move(folds)),
        l2_(std::move(l2)),
        pool_(pool),
        progress_(std::move(progress)),
        stop_(std::move(stop)) {}

  std::vector<L2Score> run() {
    std::vector<L2Score> scores;
    double lowest = std::numeric_limits<double>::infinity();
    for (int worse = 0; scores.size() < l2_.size() && worse < kPatience;) {
      scores.push_back(try_l2(l2_[scores.size()]));
      worse = scores.back().loss < lowest ? 0 : worse + 1;
      lowest = std::min(lowest, scores.back().loss);
    }
    return scores;
  }

 private:
  L2Score try_l2(double l2) {
    Sums sums;
    for (Fold& fold : folds_) {
      fold.linear = fit_logistic(examples_, fold.fitted, l2, fold.linear, pool_,
                                 {.tolerance = kSearchTolerance, .stop = stop_})
                        .linear;
      sums.add(score(fold.linear, examples_, fold.held_out, pool_), fold.held_out, examples_);
      if (progress_) progress_({"choosing the L2 strength", ++done_, l2_.size() * folds_.size(), "fits"});
    }
    return {l2, sums.loss / sums.weight, sums.right / sums.count};
  }

  const Examples& examples_;
  std::vector<Fold> folds_;
  std::vector<double> l2_;
  WorkerPool& pool_;
  ProgressObserver progress_;
  std::stop_token stop_;
  uint64_t done_ = 0;
};

/// The layer for features as they were before.
void undo_standard(const Standard& standard, Linear& linear) {
  for (size_t k = 0; k < linear.outputs; ++k) {
    double* row = linear.values.data() + k * (linear.width + 1);
    for (size_t i = 0; i < linear.width; ++i) {
      row[i] /= standard.deviation[i];
      row[linear.width] -= row[i] * standard.mean[i];
    }
  }
}

double best_l2(const std::vector<L2Score>& scores, const std::vector<double>& tried) {
  if (scores.empty()) return tried[tried.size() / 2];
  return std::min_element(scores.begin(), scores.end(),
                          [](const L2Score& a, const L2Score& b) { return a.loss < b.loss; })
      ->l2;
}

}  // namespace

std::vector<int> choose_folds(std::span<const uint64_t> keys, std::span<const int> labels, int folds,
                              uint64_t seed) {
  // The rank of every content in its class, by a hash that the seed decides.
  std::map<int, std::map<uint64_t, int>> ranks;
  const auto mixed = [&](uint64_t key) { return hash_key({hash_text("folds"), seed, key}); };
  for (size_t i = 0; i < keys.size(); ++i) ranks[labels[i]].emplace(mixed(keys[i]), 0);
  int next = 0;
  std::map<uint64_t, int> fold_of;
  for (auto& [label, contents] : ranks)
    for (auto& [key, rank] : contents) {
      rank = contents.size() < 2 ? -1 : next++ % folds;
      fold_of.emplace(key, rank);
    }
  std::vector<int> chosen;
  for (const uint64_t key : keys) chosen.push_back(fold_of.at(mixed(key)));
  return chosen;
}

FittedHead fit(Examples& examples, std::span<const uint64_t> keys, const SearchOptions& options,
               WorkerPool& pool, const ProgressObserver& progress, std::stop_token stop) {
  examples.validate();
  require(keys.size() == examples.pictures() && !options.l2.empty() && options.folds >= 2, "head",
          fmt::format("{} keys for {} pictures, {} L2 strengths, {} folds", keys.size(), examples.pictures(),
                      options.l2.size(), options.folds));
  std::vector<double> l2 = options.l2;
  std::sort(l2.begin(), l2.end(), std::greater<>());
  const Standard standard = standardize(examples);

  FittedHead result;
  std::vector<Fold> folds =
      make_folds(choose_folds(keys, examples.labels, options.folds, options.seed), options.folds);
  if (!folds.empty()) result.scores = Search(examples, std::move(folds), l2, pool, progress, stop).run();
  result.l2 = best_l2(result.scores, l2);

  std::vector<size_t> all(examples.pictures());
  std::iota(all.begin(), all.end(), size_t{0});
  FittedLogistic kept = fit_logistic(examples, all, result.l2, {}, pool, {.stop = stop});
  Sums sums;
  sums.add(score(kept.linear, examples, all, pool), all, examples);
  result.loss = sums.loss / sums.weight;
  result.accuracy = sums.right / sums.count;
  result.steps = kept.steps;
  undo_standard(standard, kept.linear);
  result.linear = std::move(kept.linear);
  return result;
}

}  // namespace margay::head
