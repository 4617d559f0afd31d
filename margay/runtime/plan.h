// Which nodes of a graph are executed, and which melt into others; no primitives yet.
#pragma once

#include <cstdint>
#include <vector>

#include "margay/graph/operator.h"

namespace margay::runtime {

/// One node that is executed, with what was fused into it.
struct Step {
  int node = 0;
  std::vector<int> inputs;  ///< earlier steps whose outputs it reads
  int batch_norm = -1;      ///< node of the batch norm folded into this conv2d; -1: none
  int activation = -1;      ///< node of the activation that its output goes through at once; -1: none
  bool operator==(const Step&) const = default;
};

/// Steps in order; step 0 is the network's input, the last step computes the output. Dropout, stochastic
/// depth and flatten are no steps: the first two do nothing at inference, the last only reads the same
/// numbers as a vector. Nodes that the output does not need are left out, and taps keep nothing alive, since
/// an executor answers with the output alone.
struct Plan {
  std::vector<Step> steps;
};

Plan make_plan(const graph::Graph& graph);

/// Whether an operator is no step by itself: what computes nothing, and the input.
bool is_resolved_by_plan(const graph::Operator& row);

/// Bytes of float32 that one picture takes at the least: the network's input, and what the largest step reads
/// and writes.
uint64_t bytes_per_picture(const graph::Graph& graph, const Plan& plan);

}  // namespace margay::runtime
