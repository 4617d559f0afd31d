// Builds each published network as the graph is, and compares.
#include "margay/graph/zoo/published_network.h"

#include <algorithm>

#include "margay/core/error.h"
#include "margay/graph/operator.h"
#include "margay/graph/zoo/zoo.h"

namespace margay::graph::zoo {
namespace {

bool has_same_parameters(const Graph& one, const Graph& other) {
  return std::ranges::equal(parameters_of(one), parameters_of(other),
                            [](const GraphParameter& a, const GraphParameter& b) {
                              return a.name == b.name && a.spec.shape == b.spec.shape;
                            });
}

bool is_network(const ZooNetwork& network, const Graph& graph) try {
  const Shape& input = graph.input_shape();
  return has_same_parameters(
      network.build({.height = input[1], .width = input[2], .outputs = graph.output_shape()[0]}), graph);
} catch (const ModelError&) {
  return false;  // it has no such size
}

}  // namespace

std::string published_network_of(const Graph& graph) {
  if (graph.input_shape().size() != 3 || graph.output_shape().size() != 1) return {};
  for (const ZooNetwork& network : networks())
    if (is_network(network, graph)) return std::string(network.name);
  return {};
}

}  // namespace margay::graph::zoo
