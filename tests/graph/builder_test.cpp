// The fluent builder.
#include "margay/graph/builder.h"

#include <doctest/doctest.h>

#include <limits>

#include "margay/core/error.h"

using namespace margay;
using namespace margay::graph;

TEST_CASE("nodes are named by kind and number unless they are given a name") {
  const Graph graph = Builder({3, 8, 8})
                          .conv2d(4, 3)
                          .relu()
                          .name("features.2")
                          .conv2d(4, 3)
                          .relu()
                          .max_pool2d(2)
                          .conv2d(2, 2)
                          .flatten()
                          .linear(3)
                          .build();
  std::vector<std::string> names;
  for (const Node& node : graph.nodes()) names.push_back(node.name);
  CHECK(names == std::vector<std::string>{"input", "conv1", "relu1", "features.2", "relu2", "max_pool1",
                                          "conv2", "flatten1", "linear1"});
}

TEST_CASE("an automatic name steps aside for a given one") {
  const Graph graph = Builder({4}).name("relu1").relu().relu().build();
  CHECK(graph.nodes()[2].name == "relu2");
  const Graph tapped = Builder({4}).tap("relu1").relu().build();
  CHECK(tapped.nodes()[1].name == "relu2");
}

TEST_CASE("branches start at nodes and taps and join in a sum") {
  const Graph graph = Builder({4, 8, 8})
                          .conv2d(4, 1)
                          .tap("shortcut")
                          .relu()
                          .conv2d(4, 1)
                          .from("shortcut")
                          .conv2d(4, 1)
                          .add("conv2")
                          .build();
  CHECK(graph.nodes().back().op == "add");
  CHECK(graph.nodes()[4].inputs == std::vector<int>{1});
  CHECK(graph.nodes()[5].inputs == std::vector<int>{4, 3});
}

TEST_CASE("padding same keeps height and width but for the stride and dilation counts") {
  CHECK(Builder({3, 9, 7}).conv2d(2, 5, {.padding = kSame}).shape() == Shape{2, 9, 7});
  CHECK(Builder({3, 9, 7}).conv2d(2, 3, {.padding = kSame, .dilation = 2}).shape() == Shape{2, 9, 7});
  CHECK_THROWS_WITH_AS(Builder({3, 9, 7}).conv2d(2, 4, {.padding = kSame}),
                       doctest::Contains("needs an odd kernel"), ModelError);
  CHECK(Builder({3, 9, 8}).conv2d(2, 3, {.stride = 2, .padding = kSame}).shape() == Shape{2, 5, 4});
  CHECK(Builder({3, 9, 8}).max_pool2d(3, {.stride = 2, .padding = kSame}).shape() == Shape{3, 5, 4});
  CHECK(Builder({3, 9, 8}).max_pool2d(2, {.padding = kSame}).shape() == Shape{3, 5, 4});
  const auto counts = [](PoolOptions options, std::optional<bool> said) {
    return Builder({3, 9, 8}).avg_pool2d(3, options, said).build().nodes()[1].flag("count_include_pad");
  };
  CHECK_FALSE(counts({.padding = kSame}, {}));
  CHECK(counts({.padding = kSame}, true));
  CHECK(counts({.padding = 1}, {}));
}

TEST_CASE("padding same of a kernel that cannot be leaves the refusal to the layer") {
  constexpr int64_t kHuge = std::numeric_limits<int64_t>::max();
  for (const Conv2dOptions& options :
       {Conv2dOptions{.padding = kSame, .dilation = kHuge}, Conv2dOptions{.padding = kSame, .dilation = -1}})
    CHECK_THROWS_WITH_AS(Builder({3, 9, 7}).conv2d(2, 3, options), doctest::Contains("dilation is"),
                         ModelError);
  for (const int64_t kernel : {kHuge, int64_t{0}, int64_t{-3}})
    CHECK_THROWS_WITH_AS(Builder({3, 9, 7}).conv2d(2, kernel, {.padding = kSame}),
                         doctest::Contains("kernel is"), ModelError);
}

TEST_CASE("a layer that is several nodes is read and named as one") {
  Builder builder({4, 8, 8});
  builder.name("sep").separable_conv2d(4, 3, {.padding = kSame}).tap("sep").relu().add("sep");
  CHECK(builder.build().nodes().back().inputs == std::vector<int>{3, 2});
  CHECK_THROWS_WITH_AS(builder.name("sep").relu(), doctest::Contains("node 'sep' (relu): the name is taken"),
                       ModelError);
  CHECK_THROWS_WITH_AS(builder.name("add1").separable_conv2d(4, 3), doctest::Contains("the name is taken"),
                       ModelError);
  CHECK_THROWS_WITH_AS(builder.from("sepp"), doctest::Contains("did you mean 'sep'?"), ModelError);

  Builder tapped({4, 8, 8});
  tapped.name("sep").separable_conv2d(4, 3).relu();
  CHECK_THROWS_WITH_AS(tapped.tap("sep"), doctest::Contains("has the name of another layer"), ModelError);
  CHECK_THROWS_WITH_AS(tapped.tap("sep.depthwise"), doctest::Contains("has the name of another node"),
                       ModelError);
}

TEST_CASE("what leads nowhere is refused") {
  Builder dead({4, 8, 8});
  dead.conv2d(4, 1).from("input").relu();
  CHECK_THROWS_WITH_AS(dead.build(),
                       doctest::Contains("node 'conv1' (conv2d): nothing uses what it computes"), ModelError);

  Builder turned({4, 8, 8});
  turned.conv2d(4, 1).relu().from("conv1");
  CHECK_THROWS_AS(turned.build(), ModelError);

  Builder unknown({4, 8, 8});
  unknown.conv2d(4, 1);
  CHECK_THROWS_WITH_AS(unknown.from("conv2"), doctest::Contains("did you mean 'conv1'?"), ModelError);
}

TEST_CASE("a builder can be asked twice and went on with") {
  Builder builder({4});
  builder.relu();
  const Graph first = builder.build();
  CHECK(builder.build() == first);
  CHECK(builder.linear(2).build().nodes().size() == 3);
}
