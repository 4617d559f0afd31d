// Every operator in its kinds, each as a network that executors and writers are tried with.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "margay/core/random.h"
#include "margay/graph/graph.h"
#include "margay/graph/weights.h"
#include "tests/support/graphs.h"

namespace margay::test {

/// Weights with statistics and biases that are not the neutral first values.
inline graph::Weights random_weights(const graph::Graph& network, uint64_t seed) {
  graph::Weights weights = graph::initialize(network, graph::Initializer::glorot_uniform, seed);
  for (auto& [name, tensor] : weights) {
    if (tensor.shape.size() > 1) continue;
    Random random{seed, hash_text(name)};
    const bool is_variance = name.ends_with("running_var");
    for (float& value : tensor.values)
      value = static_cast<float>(is_variance ? random.uniform(0.3, 2) : random.uniform(-0.7, 1.3));
  }
  return weights;
}

/// An operator alone, its output flattened so that it can be read.
struct OperatorCase {
  const char* op;
  graph::Shape input;
  std::map<std::string, graph::Attribute> attributes;
};

inline const std::vector<OperatorCase> kOperatorCases{
    {"conv2d", {3, 13, 11}, {{"out_channels", 5}, {"kernel", 3}}},
    {"conv2d", {3, 13, 11}, {{"out_channels", 16}, {"kernel", 3}, {"padding", 1}, {"bias", false}}},
    {"conv2d", {3, 13, 11}, {{"out_channels", 17}, {"kernel", 3}, {"padding", 1}, {"stride", 2}}},
    {"conv2d", {32, 9, 7}, {{"out_channels", 32}, {"kernel", 3}, {"padding", 1}}},
    {"conv2d", {6, 13, 11}, {{"out_channels", 4}, {"kernel", 3}, {"groups", 2}}},
    {"conv2d", {16, 9, 7}, {{"out_channels", 16}, {"kernel", 3}, {"groups", 16}, {"padding", 1}}},
    {"conv2d", {5, 9, 7}, {{"out_channels", 10}, {"kernel", 3}, {"groups", 5}, {"stride", 2}}},
    {"conv2d", {4, 13, 11}, {{"out_channels", 3}, {"kernel", 3}, {"dilation", 2}, {"padding", 2}}},
    {"conv2d", {4, 13, 11}, {{"out_channels", 3}, {"kernel", 5}, {"stride", 3}, {"padding", 4}}},
    {"conv2d", {8, 9, 7}, {{"out_channels", 3}, {"kernel", 1}, {"stride", 2}}},
    {"conv2d", {3, 4, 4}, {{"out_channels", 2}, {"kernel", 4}}},
    {"batch_norm2d", {5, 6, 7}, {}},
    {"batch_norm2d", {16, 6, 7}, {{"eps", 0.3}}},
    {"relu", {5, 6, 7}, {}},
    {"relu", {19}, {}},
    {"relu6", {5, 6, 7}, {}},
    {"leaky_relu", {5, 6, 7}, {}},
    {"leaky_relu", {19}, {{"slope", 0.3}}},
    {"elu", {5, 6, 7}, {}},
    {"elu", {19}, {{"alpha", 0.4}}},
    {"tanh", {5, 6, 7}, {}},
    {"sigmoid", {5, 6, 7}, {}},
    {"hardsigmoid", {5, 6, 7}, {}},
    {"silu", {5, 6, 7}, {}},
    {"hardswish", {5, 6, 7}, {}},
    {"gelu", {5, 6, 7}, {}},
    {"max_pool2d", {5, 13, 11}, {{"kernel", 2}}},
    {"max_pool2d", {16, 13, 11}, {{"kernel", 2}, {"ceil_mode", true}}},
    {"max_pool2d", {3, 13, 11}, {{"kernel", 3}, {"stride", 2}, {"padding", 1}}},
    {"max_pool2d", {3, 6, 6}, {{"kernel", 3}, {"stride", 4}, {"padding", 1}, {"ceil_mode", true}}},
    {"max_pool2d", {3, 6, 6}, {{"kernel", 2}, {"stride", 5}}},
    {"avg_pool2d", {5, 13, 11}, {{"kernel", 2}}},
    {"avg_pool2d", {5, 13, 11}, {{"kernel", 3}, {"stride", 2}, {"padding", 1}}},
    {"avg_pool2d", {5, 13, 11}, {{"kernel", 3}, {"stride", 2}, {"padding", 1}, {"count_include_pad", false}}},
    {"avg_pool2d", {5, 13, 11}, {{"kernel", 2}, {"ceil_mode", true}}},
    {"avg_pool2d", {16, 12, 10}, {{"kernel", 3}, {"stride", 2}, {"padding", 1}, {"ceil_mode", true}}},
    {"avg_pool2d", {5, 12, 10}, {{"kernel", 3}, {"stride", 2}, {"padding", 1}, {"ceil_mode", true}}},
    {"avg_pool2d",
     {5, 12, 10},
     {{"kernel", 3}, {"stride", 2}, {"padding", 1}, {"ceil_mode", true}, {"count_include_pad", false}}},
    {"global_avg_pool2d", {5, 13, 11}, {}},
    {"global_avg_pool2d", {16, 1, 1}, {}},
    {"global_max_pool2d", {5, 13, 11}, {}},
    {"global_max_pool2d", {16, 1, 1}, {}},
    {"global_max_pool2d", {5, 4, 3}, {{"keep_map", true}}},
    {"flatten", {5, 4, 3}, {}},
    {"flatten", {19}, {}},
    {"linear", {19}, {{"out_features", 7}}},
    {"linear", {64}, {{"out_features", 32}, {"bias", false}}},
    {"dropout", {5, 4, 3}, {{"rate", 0.5}}},
    {"add", {5, 4, 3}, {}},
    {"add", {19}, {}},
    {"add", {4, 6}, {}},
    {"stochastic_depth", {5, 4, 3}, {{"rate", 0.5}}},
    {"multiply", {5, 4, 3}, {}},
    {"multiply", {16, 1, 1}, {}},
    {"concat", {5, 4, 3}, {}},
    {"concat", {16, 4, 3}, {}},
    {"concat", {5}, {}},
    {"global_avg_pool2d", {5, 4, 3}, {{"keep_map", true}}},
    {"gelu", {4, 6}, {}},
    {"flatten", {4, 6}, {}},
    {"linear", {4, 6}, {{"out_features", 7}}},
    {"layer_norm", {5, 4, 3}, {}},
    {"layer_norm", {16, 4, 3}, {{"eps", 0.3}}},
    {"layer_norm", {4, 6}, {}},
    {"layer_norm", {19}, {}},
    {"layer_scale", {5, 4, 3}, {}},
    {"layer_scale", {16, 4, 3}, {}},
    {"tokens", {5, 4, 3}, {}},
    {"feature_map", {12, 5}, {{"height", 4}, {"width", 3}}},
    {"class_token", {4, 6}, {}},
    {"position_embedding", {4, 6}, {}},
    {"self_attention", {4, 6}, {{"heads", 1}}},
    {"self_attention", {5, 24}, {{"heads", 3}}},
    {"first_token", {4, 6}, {}},
};

inline graph::Graph network_of(const OperatorCase& tested) {
  graph::Graph network = single_node(tested.input, tested.op, tested.attributes);
  network.add("flat", "flatten", {network.output()});
  return network;
}

}  // namespace margay::test
