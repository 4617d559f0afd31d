// Multinomial logistic regression with L2 regularization, fitted until nothing gets better.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

#include "margay/core/worker_pool.h"
#include "margay/head/examples.h"

namespace margay::head {

/// A linear layer: logits = weight x + bias. Two classes have one logit, which is the second's.
struct Linear {
  size_t width = 0;
  size_t outputs = 0;
  std::vector<double> values;  ///< outputs rows of `width` weights and one bias

  std::span<const double> row(size_t output) const {
    return std::span(values).subspan(output * (width + 1), width + 1);
  }
};

/// Logits for so many classes.
inline size_t outputs_for(int classes) {
  return classes == 2 ? 1 : static_cast<size_t>(classes);
}

/// When a fit ends.
struct FitOptions {
  double tolerance = 1e-6;  ///< of the largest entry of the gradient of the mean loss
  int max_steps = 1000;
  std::stop_token stop = {};
};

/// A fitted layer, and how it ended.
struct FittedLogistic {
  Linear linear;
  double objective = 0;  ///< mean loss + l2 / 2 * the sum of squared weights (not biases)
  double largest_gradient = 0;
  int steps = 0;
};

/// What a layer makes of some vectors.
struct Score {
  std::vector<double> losses;  ///< cross-entropy of each
  std::vector<char> right;     ///< whether the class with the highest logit is theirs
};

/// Minimises the mean over pictures of cross-entropy, weighted by class, plus l2 / 2 * |weights|^2, by
/// L-BFGS (Liu & Nocedal 1989) from `start`, which may be empty: zeros. `pictures` are those that count, in
/// any order. Any number of threads gives the same numbers. Throws Interrupted when stopped.
FittedLogistic fit_logistic(const Examples& examples, std::span<const size_t> pictures, double l2,
                            const Linear& start, WorkerPool& pool, const FitOptions& options = {});

/// Of the first view of these pictures.
Score score(const Linear& linear, const Examples& examples, std::span<const size_t> pictures,
            WorkerPool& pool);

}  // namespace margay::head
