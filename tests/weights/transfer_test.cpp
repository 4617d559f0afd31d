// What a network takes of given weights, and what starts anew.
#include "margay/weights/transfer.h"

#include <doctest/doctest.h>

#include "margay/core/error.h"
#include "margay/graph/builder.h"

namespace margay::weights {
namespace {

using Names = std::vector<std::string>;

graph::Graph network(int64_t outputs) {
  return graph::Builder({3, 8, 8})
      .conv2d(4, 3)
      .batch_norm2d()
      .relu()
      .global_avg_pool2d()
      .linear(outputs)
      .build();
}

graph::Weights filled(const graph::Graph& graph, float value) {
  graph::Weights weights = graph::initialize(graph, graph::Initializer::he_normal, 1);
  for (auto& [name, tensor] : weights) std::fill(tensor.values.begin(), tensor.values.end(), value);
  return weights;
}

TEST_CASE("weights of the same network are all taken") {
  const Transfer result = transfer(network(5), filled(network(5), 2), filled(network(5), 1), "file");
  CHECK(result.weights == filled(network(5), 2));
  CHECK(result.fresh.empty());
  CHECK(result.taken.size() == 8);
}

TEST_CASE("the head of another number of classes starts anew") {
  const Names head{"linear1.weight", "linear1.bias"};
  CHECK(head_parameters(network(5)) == head);
  const Transfer result = transfer(network(3), filled(network(5), 2), filled(network(3), 1), "file");
  CHECK(result.fresh == head);
  CHECK(result.taken.size() == 6);
  CHECK(result.weights.at("linear1.weight") == filled(network(3), 1).at("linear1.weight"));
  CHECK(result.weights.at("conv1.weight") == filled(network(3), 2).at("conv1.weight"));
}

TEST_CASE("a head that is missing in part starts anew as a whole") {
  graph::Weights given = filled(network(3), 2);
  given.erase("linear1.bias");
  const Transfer result = transfer(network(3), given, filled(network(3), 1), "file");
  CHECK(result.fresh.size() == 2);
  CHECK(result.weights.at("linear1.weight") == filled(network(3), 1).at("linear1.weight"));
}

TEST_CASE("weights of another network are refused by name") {
  const auto refused = [](const graph::Weights& given, const char* expected) {
    CHECK_THROWS_WITH_AS(transfer(network(3), given, filled(network(3), 1), "file"),
                         doctest::Contains(expected), ModelError);
  };
  graph::Weights given = filled(network(5), 2);
  given.at("conv1.weight").shape = {4, 3, 1, 9};
  refused(given, "conv1.weight is 4 x 3 x 1 x 9, expected 4 x 3 x 3 x 3");
  given = filled(network(5), 2);
  given.erase("conv1.bias");
  refused(given, "missing parameters: conv1.bias. Hint");
  given = filled(network(5), 2);
  given.emplace("classifier.weight", graph::Tensor{{1}, {0}});
  refused(given, "parameters that the network does not have: classifier.weight");
}

}  // namespace
}  // namespace margay::weights
