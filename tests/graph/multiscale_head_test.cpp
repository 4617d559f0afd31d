// Heads that read several resolutions.
#include "margay/graph/multiscale_head.h"

#include <doctest/doctest.h>

#include "margay/core/error.h"
#include "margay/graph/backbone.h"
#include "margay/graph/builder.h"
#include "margay/graph/operator.h"
#include "margay/graph/zoo/zoo.h"

namespace margay::graph {
namespace {

Graph three_resolutions() {
  return Builder({3, 16, 16})
      .conv2d(4, 3, {.padding = kSame})
      .relu()
      .max_pool2d(2)
      .conv2d(5, 3, {.padding = kSame})
      .relu()
      .max_pool2d(2)
      .conv2d(6, 3, {.padding = kSame})
      .global_avg_pool2d()
      .tap("features")
      .dropout(0.2)
      .linear(2)
      .build();
}

}  // namespace

TEST_CASE("a head reads the last map of every resolution") {
  const Graph network = three_resolutions();
  CHECK(with_multiscale_head(network, 1) == network);
  const Graph two = with_multiscale_head(network, 2), three = with_multiscale_head(network, 3);
  CHECK(backbone_of(two).features == 6 + 5);
  CHECK(backbone_of(three).features == 6 + 5 + 4);
  CHECK(with_multiscale_head(network, 9) == three);
  CHECK(two.shape(two.taps().at("features")) == Shape{11});
  for (const Node& node : two.nodes()) {
    if (node.name != "scale2.pool") continue;
    CHECK(two.nodes()[static_cast<size_t>(node.inputs[0])].name == "relu2");
  }
  const auto before = parameters_of(network), after = parameters_of(two);
  REQUIRE(after.size() == before.size());
  for (size_t i = 0; i < after.size(); ++i) {
    CHECK(after[i].name == before[i].name);
    CHECK((after[i].spec.shape == before[i].spec.shape) == (after[i].name != "linear1.weight"));
  }
}

TEST_CASE("the scales of published networks") {
  const auto features = [](const char* name) {
    return backbone_of(with_multiscale_head(zoo::find_network(name).build({.outputs = 5}), 2)).features;
  };
  CHECK(features("mobilenet_v2") == 1280 + 576);
  CHECK(features("resnet18") == 512 + 256);
  CHECK(features("vit_b_16") == 768);  // one resolution
  CHECK_THROWS_AS(with_multiscale_head(zoo::find_network("squeezenet1_1").build({}), 2), ModelError);
}

}  // namespace margay::graph
