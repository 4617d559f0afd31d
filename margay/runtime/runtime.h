// Runs networks on the CPU with oneDNN, in float32, without libtorch.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "margay/graph/graph.h"
#include "margay/graph/weights.h"
#include "margay/predict/executor.h"
#include "margay/predict/predictor.h"

namespace margay::runtime {

/// How the runtime executes.
struct RuntimeOptions {
  int threads = 0;  ///< 0: as many as this process may use
  /// What pictures that are run together may take besides the weights. A network that takes more for one is
  /// refused: a model file may say any size. Several together take no more than half of what there is when
  /// the network is prepared.
  uint64_t max_bytes = uint64_t{2} << 30;
  /// For networks of one's own: a single picture may take more.
  bool is_trusted = false;
  /// Throws UsageError.
  void validate() const;
};

/// Prepares a network: batch norms are folded into convolutions, ReLUs run inside the layer before them,
/// dropout is left out, weights are laid out as oneDNN likes them. What depends on the batch size is made
/// when that size first comes and kept for the sizes used last. Throws ModelError when the weights do not fit
/// or the output is no vector, and when one picture takes more memory than the options allow.
std::unique_ptr<predict::Executor> make_executor(const graph::Graph& graph, const graph::Weights& weights,
                                                 RuntimeOptions options = {});

/// A predictor of a model in memory. Throws ModelError.
predict::Predictor make_predictor(model::Model model, RuntimeOptions options = {});

/// A predictor from a run directory or a model file. Throws what model::load_model throws.
predict::Predictor load_predictor(const std::filesystem::path& run_or_model, RuntimeOptions options = {});

/// Names of all operators that make_executor understands.
std::vector<std::string_view> executed_operators();

}  // namespace margay::runtime
