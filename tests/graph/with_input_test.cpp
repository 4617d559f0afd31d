// Networks for pictures of another size.
#include "margay/graph/with_input.h"

#include <doctest/doctest.h>

#include <string_view>
#include <utility>

#include "margay/core/error.h"
#include "margay/graph/builder.h"
#include "margay/graph/zoo/zoo.h"

using namespace margay;
using namespace margay::graph;

TEST_CASE("a network with a global pooling takes pictures of another size") {
  const Graph made =
      with_input(zoo::resnet10_slim({.height = 192, .width = 192, .outputs = 5}), {3, 112, 97});
  CHECK(made == zoo::resnet10_slim({.height = 112, .width = 97, .outputs = 5}));
}

TEST_CASE("a network whose parameters depend on the size says which") {
  const Graph graph = Builder({3, 8, 8}).conv2d(2, 3).flatten().linear(4).build();
  CHECK(with_input(graph, {3, 8, 8}) == graph);
  CHECK_THROWS_WITH_AS(
      with_input(graph, {3, 6, 6}),
      doctest::Contains("linear1.weight is 4 x 72 with an input of 3 x 8 x 8, and 4 x 32 with 3 x 6 x 6"),
      ModelError);
  CHECK_THROWS_AS(with_input(graph, {3, 2, 2}), ModelError);
}

TEST_CASE("tokens become a map of the size that theirs has now, unless they were another map before") {
  const Graph graph = Builder({3, 8, 6})
                          .conv2d(4, 3, {.padding = kSame})
                          .apply("tokens")
                          .linear(5)
                          .apply("feature_map", {{"height", int64_t{8}}, {"width", int64_t{6}}})
                          .global_avg_pool2d()
                          .build();
  const Graph larger = with_input(graph, {3, 10, 12});
  CHECK(larger.shape(4) == Shape{5, 10, 12});
  CHECK(with_input(larger, {3, 8, 6}) == graph);
  const Graph turned = Builder({3, 8, 6})
                           .apply("tokens")
                           .apply("feature_map", {{"height", int64_t{6}}, {"width", int64_t{8}}})
                           .global_avg_pool2d()
                           .build();
  CHECK_THROWS_WITH_AS(with_input(turned, {3, 4, 4}), doctest::Contains("16 tokens make no map of 6 x 8"),
                       ModelError);
}

TEST_CASE("every network that takes pictures of any size is, with another input, what is built for that") {
  for (const std::string_view name : zoo::network_names()) {
    CAPTURE(name);
    const zoo::ZooNetwork& network = zoo::find_network(name);
    const int64_t side = network.weights.crop;
    const Graph graph = network.build({.height = side, .width = side, .outputs = 3});
    if (!zoo::takes_any_size(network)) {
      CHECK_THROWS_AS(with_input(graph, {3, 96, 96}), ModelError);
      continue;
    }
    for (const auto& size : {std::pair<int64_t, int64_t>{112, 112}, {152, 97}, {288, 288}}) {
      const auto& [height, width] = size;
      CAPTURE(size.first);
      CAPTURE(size.second);
      CHECK(with_input(graph, {3, height, width}) ==
            network.build({.height = height, .width = width, .outputs = 3}));
    }
  }
}
