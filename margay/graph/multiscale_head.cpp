// Finds the last map of each resolution and joins their means before the head.
#include "margay/graph/multiscale_head.h"

#include <utility>
#include <vector>

#include "margay/core/error.h"
#include "margay/graph/backbone.h"
#include "margay/graph/operators/concat.h"
#include "margay/graph/operators/dropout.h"
#include "margay/graph/operators/global_pool2d.h"

namespace margay::graph {
namespace {

/// The last maps of falling resolutions, coarsest first, less the coarsest. A single cell, as in
/// squeeze-and-excitation, is no map, and the input is none of the network's.
std::vector<int> earlier_maps(const Graph& network) {
  std::vector<int> maps;
  int64_t finest = 0;
  for (int i = network.output(); i > 0; --i) {
    const Shape& shape = network.shape(i);
    const int64_t cells = shape.size() == 3 ? shape[1] * shape[2] : 0;
    if (cells <= 1 || cells <= finest) continue;
    if (finest > 0) maps.push_back(i);
    finest = cells;
  }
  return maps;
}

/// The vector that the last layer reads, before dropout.
int vector_before_head(const Graph& network) {
  int node = network.nodes().back().inputs[0];
  while (is<Dropout>(network.nodes()[static_cast<size_t>(node)]))
    node = network.nodes()[static_cast<size_t>(node)].inputs[0];
  return node;
}

}  // namespace

Graph with_multiscale_head(const Graph& network, int scales) {
  if (scales <= 1) return network;
  backbone_of(network);  // which says what is wrong with the head
  std::vector<int> maps = earlier_maps(network);
  if (maps.size() >= static_cast<size_t>(scales)) maps.resize(static_cast<size_t>(scales) - 1);
  const int vector = vector_before_head(network);

  Graph result(network.input_shape());
  std::vector<int> moved(network.nodes().size(), 0);
  for (int i = 1; i <= network.output(); ++i) {
    const Node& node = network.nodes()[static_cast<size_t>(i)];
    std::vector<int> inputs;
    for (const int input : node.inputs) inputs.push_back(moved[static_cast<size_t>(input)]);
    int made = result.add(node.name, node.op, std::move(inputs), node.attributes);
    if (i == vector)
      for (size_t k = 0; k < maps.size(); ++k) {
        const std::string name = fmt::format("scale{}", k + 2);
        const int means = result.add(name + ".pool", std::string(GlobalAvgPool2d::kOp),
                                     {moved[static_cast<size_t>(maps[k])]});
        made = result.add(name + ".join", std::string(Concat::kOp), {made, means});
      }
    moved[static_cast<size_t>(i)] = made;
  }
  for (const auto& [name, node] : network.taps()) result.tap(name, moved[static_cast<size_t>(node)]);
  return result;
}

}  // namespace margay::graph
