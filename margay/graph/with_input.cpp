// Adds all nodes again, so that every shape is inferred anew.
#include "margay/graph/with_input.h"

#include "margay/core/error.h"
#include "margay/graph/operator.h"

namespace margay::graph {

Graph with_input(const Graph& graph, const Shape& input) {
  Graph made(input);
  for (size_t i = 1; i < graph.nodes().size(); ++i) {
    const Node& node = graph.nodes()[i];
    made.add(node.name, node.op, node.inputs, node.attributes);
  }
  for (const auto& [name, node] : graph.taps()) made.tap(name, node);
  const std::vector<GraphParameter> before = parameters_of(graph), after = parameters_of(made);
  for (size_t i = 0; i < before.size(); ++i)
    require<ModelError>(before[i].spec.shape == after[i].spec.shape, "graph",
                        fmt::format("{} is {} with an input of {}, and {} with {}", before[i].name,
                                    to_string(before[i].spec.shape), to_string(graph.input_shape()),
                                    to_string(after[i].spec.shape), to_string(input)),
                        "a global average pooling makes a network take pictures of any size");
  return made;
}

}  // namespace margay::graph
