#include "margay/train/optimizer/layer_rates.h"

#include <doctest/doctest.h>

#include <string>

#include "margay/graph/layers.h"
#include "margay/graph/operator.h"

using namespace margay;

namespace {

graph::Graph network(const char* layers) {
  return graph::graph_from_layers({3, 8, 8}, Json::parse(layers), 1, "test");
}

}  // namespace

TEST_CASE("rates grow geometrically from the first layer to the last") {
  const graph::Graph graph = network(R"([{"op": "conv2d", "out_channels": 4, "kernel": 3},
    {"op": "batch_norm2d"}, {"op": "relu"}, {"op": "conv2d", "out_channels": 4, "kernel": 3}, {"op": "batch_norm2d"},
    {"op": "global_avg_pool2d"}, {"op": "linear", "out_features": "classes"}])");
  const std::vector<double> rates = train::layer_rates(graph, 0.01);
  const auto parameters = graph::parameters_of(graph);
  REQUIRE(rates.size() == parameters.size());
  for (size_t i = 0; i < rates.size(); ++i) {
    const std::string& name = parameters[i].name;
    CAPTURE(name);
    const bool first = name.starts_with("conv1.") || name.starts_with("batch_norm1.");
    const bool last = name.starts_with("linear1.");
    CHECK(rates[i] == doctest::Approx(first ? 0.01 : last ? 1 : 0.1));
  }
}

TEST_CASE("a network of one layer has one rate") {
  const graph::Graph graph = network(R"([{"op": "flatten"}, {"op": "linear", "out_features": "classes"}])");
  for (const double rate : train::layer_rates(graph, 0.01)) CHECK(rate == 1);
}

TEST_CASE("a ratio of one changes nothing") {
  const graph::Graph graph = network(R"([{"op": "conv2d", "out_channels": 4, "kernel": 3},
    {"op": "global_avg_pool2d"}, {"op": "linear", "out_features": "classes"}])");
  for (const double rate : train::layer_rates(graph, 1)) CHECK(rate == 1);
}
