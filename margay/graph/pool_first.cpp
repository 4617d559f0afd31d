// Exchanges relu and the max pool behind it.
#include "margay/graph/pool_first.h"

#include <utility>
#include <vector>

namespace margay::graph {
namespace {

bool is_tapped(const Graph& graph, int node) {
  for (const auto& [name, tapped] : graph.taps())
    if (tapped == node) return true;
  return false;
}

/// The node's only reader; -1 when it has several or none.
int only_reader(const Graph& graph, int node) {
  int reader = -1;
  for (int i = 0; i < static_cast<int>(graph.nodes().size()); ++i) {
    for (const int input : graph.nodes()[i].inputs) {
      if (input != node) continue;
      if (reader >= 0) return -1;
      reader = i;
    }
  }
  return reader;
}

/// Index of the max_pool2d that `node`, a relu, can change places with; -1 when there is none.
int exchangeable_pool(const Graph& graph, int node) {
  if (graph.nodes()[node].op != "relu" || is_tapped(graph, node)) return -1;
  const int reader = only_reader(graph, node);
  // Padding is minus infinity in libtorch and in oneDNN, so it wins in neither order; only the neighbour is
  // exchanged, which keeps the nodes in topological order.
  return reader == node + 1 && graph.nodes()[reader].op == "max_pool2d" ? reader : -1;
}

}  // namespace

Graph pool_first(const Graph& graph) {
  Graph result(graph.input_shape());
  std::vector<int> moved(graph.nodes().size(), 0);
  const auto copy = [&](int from, int input_from) {
    const Node& node = graph.nodes()[from];
    std::vector<int> inputs;
    for (const int input : node.inputs) inputs.push_back(moved[input]);
    if (input_from >= 0) inputs = {input_from};
    return result.add(node.name, node.op, std::move(inputs), node.attributes);
  };
  for (int i = 1; i < static_cast<int>(graph.nodes().size()); ++i) {
    const int pool = exchangeable_pool(graph, i);
    if (pool < 0) {
      moved[i] = copy(i, -1);
      continue;
    }
    const int pooled = copy(pool, moved[graph.nodes()[i].inputs[0]]);
    moved[i] = moved[pool] = copy(i, pooled);
    ++i;
  }
  for (const auto& [name, node] : graph.taps()) result.tap(name, moved[node]);
  return result;
}

}  // namespace margay::graph
