// Small graphs that several tests use.
#pragma once

#include <map>
#include <string>

#include "margay/graph/graph.h"
#include "margay/graph/operator.h"

namespace margay::test {

/// A graph of one node of the given operator behind the input, which stands at all its places. An input {T,
/// F} comes out of a feature map {F, T, 1}.
inline graph::Graph single_node(graph::Shape input, const std::string& op,
                                std::map<std::string, graph::Attribute> attributes = {}) {
  const bool is_sequence = input.size() == 2;
  graph::Graph graph(is_sequence ? graph::Shape{input[1], input[0], 1} : std::move(input));
  const int first = is_sequence ? graph.add("tokens", "tokens", {0}) : 0;
  graph.add("node", op, std::vector<int>(graph::find_operator(op).inputs, first), std::move(attributes));
  return graph;
}

/// conv, batch norm, relu, max pool, a residual block with add, global average, dropout, linear: every kind
/// of operator.
inline graph::Graph residual_network(int outputs) {
  graph::Graph g({3, 13, 11});
  int x =
      g.add("stem.conv", "conv2d", {0},
            {{"out_channels", int64_t{8}}, {"kernel", int64_t{3}}, {"padding", int64_t{1}}, {"bias", false}});
  x = g.add("stem.bn", "batch_norm2d", {x});
  x = g.add("stem.relu", "relu", {x});
  const int pooled = g.add("stem.pool", "max_pool2d", {x}, {{"kernel", int64_t{2}}});
  x = g.add("block.conv1", "conv2d", {pooled},
            {{"out_channels", int64_t{8}},
             {"kernel", int64_t{3}},
             {"padding", int64_t{1}},
             {"groups", int64_t{2}}});
  x = g.add("block.relu1", "relu", {x});
  x = g.add("block.conv2", "conv2d", {x},
            {{"out_channels", int64_t{8}}, {"kernel", int64_t{3}}, {"padding", int64_t{1}}});
  x = g.add("block.add", "add", {x, pooled});
  x = g.add("block.relu2", "relu", {x});
  x = g.add("block.pool", "avg_pool2d", {x}, {{"kernel", int64_t{2}}});
  x = g.add("gap", "global_avg_pool2d", {x});
  x = g.add("drop", "dropout", {x}, {{"rate", 0.25}});
  x = g.add("flat", "flatten", {x});
  g.add("head", "linear", {x}, {{"out_features", int64_t{outputs}}});
  return g;
}

}  // namespace margay::test
