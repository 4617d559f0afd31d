// Networks less their last layer.
#include "margay/graph/backbone.h"

#include <doctest/doctest.h>

#include "margay/core/error.h"
#include "margay/graph/builder.h"
#include "margay/graph/operator.h"
#include "margay/graph/zoo/zoo.h"

namespace margay::graph {

TEST_CASE("every published network but squeezenet gives the vector that its last layer reads") {
  for (const zoo::ZooNetwork& network : zoo::networks()) {
    CAPTURE(network.name);
    const Graph whole = network.build({.outputs = 7});
    if (network.name == "squeezenet1_1") {
      CHECK_THROWS_WITH_AS(backbone_of(whole), doctest::Contains("its last layer"), ModelError);
      continue;
    }
    const Backbone backbone = backbone_of(whole);
    CHECK(backbone.graph.output_shape() == whole.shape(whole.taps().at("features")));
    CHECK(backbone.graph.output_shape() == Shape{backbone.features});
    CHECK(parameters_of(backbone.graph).size() + 2 == parameters_of(whole).size());
  }
}

TEST_CASE("a backbone takes its own weights from those of the whole network") {
  const Graph whole =
      Builder({3, 8, 8}).conv2d(4, 3).relu().global_avg_pool2d().dropout(0.5).linear(2).build();
  const Backbone backbone = backbone_of(whole);
  CHECK(backbone.features == 4);
  const Weights weights = initialize(whole, Initializer::he_normal, 1);
  const Weights own = weights_of(backbone.graph, weights);
  CHECK(own.size() == 2);
  CHECK(own.at("conv1.bias") == weights.at("conv1.bias"));
}

TEST_CASE("a network that does not end with a linear layer with a bias has no head to fit") {
  const Graph without_bias = Builder({5}).linear(2, false).build();
  CHECK_THROWS_WITH_AS(backbone_of(without_bias), doctest::Contains("linear without one"), ModelError);
  const Graph pooled = Builder({3, 8, 8}).conv2d(2, 3).global_avg_pool2d().build();
  CHECK_THROWS_WITH_AS(backbone_of(pooled), doctest::Contains("global_avg_pool2d"), ModelError);
}

}  // namespace margay::graph
