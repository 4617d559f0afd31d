// Counts inputs, taps and the output.
#include "margay/graph/readers.h"

namespace margay::graph {

std::vector<int> count_readers(const Graph& graph) {
  std::vector<int> readers(graph.nodes().size());
  for (const Node& node : graph.nodes())
    for (const int input : node.inputs) ++readers[input];
  for (const auto& [name, node] : graph.taps()) ++readers[node];
  ++readers.back();
  return readers;
}

}  // namespace margay::graph
