// Cuts a graph before its last node.
#include "margay/graph/backbone.h"

#include "margay/core/error.h"
#include "margay/graph/operator.h"
#include "margay/graph/operators/linear.h"

namespace margay::graph {

Backbone backbone_of(const Graph& network) {
  const Node& head = network.nodes().back();
  const std::optional<Linear> linear = as<Linear>(head);
  require<ModelError>(
      linear && linear->bias, "graph",
      fmt::format("its last layer '{}' is {}, and a head is fitted as a linear layer with a bias", head.name,
                  linear ? "linear without one" : head.op),
      "choose a network that ends with one; most published networks do");
  const int output = head.inputs[0];
  Graph graph(network.input_shape());
  for (int i = 1; i <= output; ++i) {
    const Node& node = network.nodes()[static_cast<size_t>(i)];
    graph.add(node.name, node.op, node.inputs, node.attributes);
  }
  return {std::move(graph), network.shape(output)[0]};
}

Weights weights_of(const Graph& graph, const Weights& larger) {
  Weights own;
  for (const GraphParameter& parameter : parameters_of(graph))
    own.emplace(parameter.name, larger.at(parameter.name));
  return own;
}

}  // namespace margay::graph
