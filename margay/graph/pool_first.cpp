// Exchanges relu and the max pool behind it.
#include "margay/graph/pool_first.h"

#include <span>
#include <utility>
#include <vector>

#include "margay/graph/fields.h"
#include "margay/graph/operator.h"
#include "margay/graph/operators/max_pool2d.h"
#include "margay/graph/readers.h"

namespace margay::graph {
namespace {

/// Index of the max_pool2d that `node` can change places with; -1 when there is none.
int exchangeable_pool(const Graph& graph, std::span<const int> readers, int node) {
  if (!operator_of(graph.nodes()[node]).goes_behind_max_pool || readers[node] != 1 || node == graph.output())
    return -1;
  // Padding is minus infinity in libtorch and in oneDNN, so it wins in neither order; only the neighbour is
  // exchanged, which keeps the nodes in topological order.
  const Node& next = graph.nodes()[node + 1];
  return is<MaxPool2d>(next) && next.inputs.front() == node ? node + 1 : -1;
}

}  // namespace

Graph pool_first(const Graph& graph) {
  Graph result(graph.input_shape());
  const std::vector<int> readers = count_readers(graph);
  std::vector<int> moved(graph.nodes().size(), 0);
  const auto copy = [&](int from, int input_from) {
    const Node& node = graph.nodes()[from];
    std::vector<int> inputs;
    for (const int input : node.inputs) inputs.push_back(moved[input]);
    if (input_from >= 0) inputs = {input_from};
    return result.add(node.name, node.op, std::move(inputs), node.attributes);
  };
  for (int i = 1; i < static_cast<int>(graph.nodes().size()); ++i) {
    const int pool = exchangeable_pool(graph, readers, i);
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
