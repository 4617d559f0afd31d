// A network in two: what computes features, and the linear layer that answers from them.
#pragma once

#include <cstdint>

#include "margay/graph/graph.h"
#include "margay/graph/weights.h"

namespace margay::graph {

/// All of a classifier but its last layer.
struct Backbone {
  Graph graph;           ///< its output is the vector that the head reads
  int64_t features = 0;  ///< numbers of that vector
};

/// Takes a classifier apart; the head is its last node. Throws ModelError where that is not a linear layer
/// with a bias.
Backbone backbone_of(const Graph& network);

/// The weights of a larger network that belong to this graph. Throws std::out_of_range where one is missing.
Weights weights_of(const Graph& graph, const Weights& larger);

}  // namespace margay::graph
