// Weights of a network as the beginning of the same network for other classes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "margay/graph/graph.h"
#include "margay/graph/weights.h"

namespace margay::weights {

/// All parameters of a network, and where each comes from.
struct Transfer {
  graph::Weights weights;
  std::vector<std::string> taken;  ///< have the given values
  std::vector<std::string> fresh;  ///< start anew: those of a head for another number of classes
};

/// Names of the parameters of the last layer that has any, the head.
std::vector<std::string> head_parameters(const graph::Graph& graph);

/// Takes `given` for every parameter of the graph; where the head's are missing or of another shape, they
/// start as in `initial`. Throws ModelError that lists by name what else is missing, of another shape or too
/// much; `where` names the given weights.
Transfer transfer(const graph::Graph& graph, graph::Weights given, const graph::Weights& initial,
                  std::string_view where);

}  // namespace margay::weights
