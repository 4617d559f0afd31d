// The engine as an executor of predictions.
#pragma once

#include <memory>

#include "margay/graph/graph.h"
#include "margay/graph/weights.h"
#include "margay/predict/executor.h"

namespace margay::engine {

/// Runs the graph with libtorch in float32, on the CPU or, where `cuda`, on the first GPU.
std::unique_ptr<predict::Executor> make_torch_executor(const graph::Graph& graph,
                                                       const graph::Weights& weights, bool cuda = false);

}  // namespace margay::engine
