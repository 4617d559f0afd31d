// Which published network a graph is.
#pragma once

#include <string>

#include "margay/graph/graph.h"

namespace margay::graph::zoo {

/// The name of the published network that has the parameters of `graph`, by name and shape, for its size of
/// pictures and its number of outputs, so that others who have that network can take its weights; empty where
/// there is none.
std::string published_network_of(const Graph& graph);

}  // namespace margay::graph::zoo
