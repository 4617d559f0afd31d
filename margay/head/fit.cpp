// Folds, the search for the decay, and the way back from standardised features.
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
// Weaker decays are slower: so many in a row that are worse end the search.
constexpr int kPatience = 2;

/// Pictures to fit and pictures to measure.
struct Fold {
  std::vector<size_t> fitted, held_out;
  Linear linear;  ///< of the decay before, to begin with
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

/// Tries decays from the strongest on, all folds of one before the next.
class Search {
 public:
  Search(const Examples& examples, std::vector<Fold> folds, std::vector<double> decays, WorkerPool& pool,
         ProgressObserver progress, std::stop_token stop)
      : examples_(examples),
        folds_(std::move(folds)),
        decays_(std::move(decays)),
        pool_(pool),
        progress_(std::move(progress)),
        stop_(std::move(stop)) {}

  std::vector<DecayScore> run() {
    std::vector<DecayScore> scores;
    double lowest = std::numeric_limits<double>::infinity();
    for (int worse = 0; scores.size() < decays_.size() && worse < kPatience;) {
      scores.push_back(try_decay(decays_[scores.size()]));
      worse = scores.back().loss < lowest ? 0 : worse + 1;
      lowest = std::min(lowest, scores.back().loss);
    }
    return scores;
  }

 private:
  DecayScore try_decay(double decay) {
    Sums sums;
    for (Fold& fold : folds_) {
      fold.linear = fit_logistic(examples_, fold.fitted, decay, fold.linear, pool_,
                                 {.tolerance = kSearchTolerance, .stop = stop_})
                        .linear;
      sums.add(score(fold.linear, examples_, fold.held_out, pool_), fold.held_out, examples_);
      if (progress_) progress_({"choosing the decay", ++done_, decays_.size() * folds_.size(), "fits"});
    }
    return {decay, sums.loss / sums.weight, sums.right / sums.count};
  }

  const Examples& examples_;
  std::vector<Fold> folds_;
  std::vector<double> decays_;
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

double best_decay(const std::vector<DecayScore>& scores, const std::vector<double>& decays) {
  if (scores.empty()) return decays[decays.size() / 2];
  return std::min_element(scores.begin(), scores.end(),
                          [](const DecayScore& a, const DecayScore& b) { return a.loss < b.loss; })
      ->decay;
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
  require(keys.size() == examples.pictures() && !options.decays.empty() && options.folds >= 2, "head",
          fmt::format("{} keys for {} pictures, {} decays, {} folds", keys.size(), examples.pictures(),
                      options.decays.size(), options.folds));
  std::vector<double> decays = options.decays;
  std::sort(decays.begin(), decays.end(), std::greater<>());
  const Standard standard = standardize(examples);

  FittedHead result;
  std::vector<Fold> folds =
      make_folds(choose_folds(keys, examples.labels, options.folds, options.seed), options.folds);
  if (!folds.empty()) result.scores = Search(examples, std::move(folds), decays, pool, progress, stop).run();
  result.decay = best_decay(result.scores, decays);

  std::vector<size_t> all(examples.pictures());
  std::iota(all.begin(), all.end(), size_t{0});
  Fit kept = fit_logistic(examples, all, result.decay, {}, pool, {.stop = stop});
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
