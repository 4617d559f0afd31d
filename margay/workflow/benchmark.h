// How fast this machine trains, loads and predicts with a recipe, and how far that is from what it could.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "margay/analysis/benchmark.h"
#include "margay/data/dataset.h"
#include "margay/recipe/config.h"

namespace margay::workflow {

/// What to measure with.
struct BenchmarkRequest {
  recipe::Config config;
  data::Split pictures = {};  ///< to learn from; labels are numbers of `classes`
  std::vector<std::string> classes = {};
  std::string pictures_name = {};  ///< for people
  double seconds = 2;              ///< of each measurement, after its warm-up
  /// Is told what is measured now; may be empty.
  std::function<void(std::string_view sentence)> narrate = {};
  std::stop_token stop = {};  ///< stops with Interrupted

  /// Throws UsageError.
  void validate() const;
};

/// Measures for about nine times `seconds`, and warm-up. Throws what a training throws; DataError where too
/// few pictures decode.
analysis::Benchmark run_benchmark(const BenchmarkRequest& request);

}  // namespace margay::workflow
