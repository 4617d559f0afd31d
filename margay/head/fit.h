// A head with the L2 strength that held-out pictures like best.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <vector>

#include "margay/core/progress.h"
#include "margay/core/worker_pool.h"
#include "margay/head/logistic.h"

namespace margay::head {

/// How the L2 strength is chosen.
struct SearchOptions {
  std::vector<double> l2;  ///< strengths to try, at least one
  int folds = 5;           ///< at least 2
  uint64_t seed = 1;       ///< of the folds
};

/// How good an L2 strength is on pictures that were held out.
struct L2Score {
  double l2 = 0;
  double loss = 0;      ///< mean cross-entropy, weighted by class
  double accuracy = 0;  ///< share that was right
};

/// A head for features as they came, and how its L2 strength was chosen.
struct FittedHead {
  Linear linear;
  double l2 = 0;
  std::vector<L2Score> scores;  ///< the strongest L2 first; empty where no class has two pictures
  int steps = 0;                ///< of the last fit, to convergence
  double loss = 0;              ///< on the training pictures, first view
  double accuracy = 0;
};

/// The fold of each picture, -1 for one that is never held out: the only one of its class. In each class the
/// distinct keys are spread evenly; pictures with the same key (copies) share a fold. The same keys and seed
/// give the same folds, whatever the order.
std::vector<int> choose_folds(std::span<const uint64_t> keys, std::span<const int> labels, int folds,
                              uint64_t seed);

/// Standardises the features in place, tries every L2 strength on each fold, and fits all pictures with the
/// one of the lowest mean loss. `keys` tell pictures apart by content. Throws UsageError for arguments that
/// do not fit each other, DataError for features that are not finite, Interrupted.
FittedHead fit(Examples& examples, std::span<const uint64_t> keys, const SearchOptions& options,
               WorkerPool& pool, const ProgressObserver& progress = {}, std::stop_token stop = {});

}  // namespace margay::head
