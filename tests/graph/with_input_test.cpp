// Networks for pictures of another size.
#include "margay/graph/with_input.h"

#include <doctest/doctest.h>

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
