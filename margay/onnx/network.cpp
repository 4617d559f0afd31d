// Each node by its operator's row.
#include "margay/onnx/network.h"

#include <vector>

#include "margay/graph/operator.h"
#include "margay/onnx/operators.h"

namespace margay::onnx {
namespace {

/// Whether the output reads a node, by itself or through others.
std::vector<bool> needed_nodes(const graph::Graph& graph) {
  std::vector<bool> needed(graph.nodes().size());
  needed.back() = true;
  for (int i = graph.output(); i >= 0; --i)
    if (needed[i])
      for (const int input : graph.nodes()[i].inputs) needed[input] = true;
  return needed;
}

}  // namespace

std::set<std::string> names_of_parameters(const graph::Graph& graph) {
  std::set<std::string> names;
  for (const graph::GraphParameter& parameter : graph::parameters_of(graph)) names.insert(parameter.name);
  return names;
}

Value emit_network(const graph::Graph& graph, const graph::Weights& weights, const Value& input) {
  const std::vector<bool> needed = needed_nodes(graph);
  std::vector<Value> values{input};
  for (int i = 1; i <= graph.output(); ++i) {
    values.emplace_back();
    if (!needed[i]) continue;
    const graph::Node& node = graph.nodes()[i];
    NodeContext context{*input.writer, graph, weights, i, {}};
    for (const int from : node.inputs) context.inputs.push_back(values[from]);
    context.writer.begin(node.name);
    values.back() = find_row(node.op).emit(context);
  }
  return values.back();
}

}  // namespace margay::onnx
