// Who reads what a node computes.
#pragma once

#include <vector>

#include "margay/graph/graph.h"

namespace margay::graph {

/// How often the value of each node is read. The network's output and taps are read by whoever asked for
/// them.
std::vector<int> count_readers(const Graph& graph);

}  // namespace margay::graph
