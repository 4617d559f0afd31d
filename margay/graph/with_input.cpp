// Adds all nodes again, so that every shape is inferred anew.
#include "margay/graph/with_input.h"

#include <optional>

#include "margay/core/error.h"
#include "margay/graph/operator.h"
#include "margay/graph/operators/feature_map.h"
#include "margay/graph/operators/tokens.h"

namespace margay::graph {
namespace {

/// The map whose cells are the tokens that come to a node, layer by layer.
std::optional<int> map_of_tokens(const Graph& graph, int node) {
  while (graph.nodes()[node].inputs.size() == 1) {
    const Node& layer = graph.nodes()[node];
    if (is<Tokens>(layer)) return layer.inputs[0];
    node = layer.inputs[0];
  }
  return std::nullopt;
}

/// Tokens become a map as large as the one that they were made of, however large that is now.
std::map<std::string, Attribute> attributes_for(const Graph& graph, int index, const Graph& made) {
  const Node& node = graph.nodes()[index];
  const std::optional<FeatureMap> map = as<FeatureMap>(node);
  if (!map) return node.attributes;
  const std::optional<int> source = map_of_tokens(graph, node.inputs[0]);
  if (!source) return node.attributes;
  const Shape &before = graph.shape(*source), &now = made.shape(*source);
  if (before[1] != map->height || before[2] != map->width) return node.attributes;
  return attributes_of(FeatureMap{.height = now[1], .width = now[2]});
}

}  // namespace

Graph with_input(const Graph& graph, const Shape& input) {
  Graph made(input);
  for (int i = 1; i <= graph.output(); ++i) {
    const Node& node = graph.nodes()[i];
    made.add(node.name, node.op, node.inputs, attributes_for(graph, i, made));
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
