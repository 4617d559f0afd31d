// Networks whose last word is an activation.
#include "margay/graph/logits.h"

#include <doctest/doctest.h>

#include "margay/core/error.h"
#include "margay/graph/builder.h"
#include "margay/graph/graph_json.h"
#include "margay/graph/layers.h"
#include "margay/graph/operator.h"
#include "margay/graph/zoo/zoo.h"

namespace margay::graph {
namespace {

std::string refusal(const Graph& graph) {
  try {
    require_logits(graph, "network");
  } catch (const ModelError& error) {
    return error.what();
  }
  return "";
}

Builder begun() {
  return Builder({3, 8, 8}).conv2d(4, 3).relu();
}

TEST_CASE("a network that ends in any activation is refused by its name") {
  for (const Operator& op : operators()) {
    if (!op.is_activation) continue;
    CAPTURE(op.name);
    const std::string name(op.name);
    const std::string expected = "ends with the activation " + name + " (";
    CHECK(refusal(begun().global_avg_pool2d().linear(3).apply(name).build()).find(expected) !=
          std::string::npos);
    CHECK(refusal(begun().global_avg_pool2d().linear(3).apply(name).dropout(0.2).build()).find(expected) !=
          std::string::npos);
    CHECK(refusal(begun().conv2d(3, 6).apply(name).flatten().dropout(0.1).build()).find(expected) !=
          std::string::npos);
    CHECK(refusal(begun().global_avg_pool2d().linear(3).relu().apply(name).build()) != "");
    CHECK(refusal(begun().global_avg_pool2d().linear(3).apply(name).linear(3).build()) == "");
  }
}

TEST_CASE("before a pooling only what is bounded is refused") {
  const auto ending = [](const char* op) {
    return begun().conv2d(3, 1).apply(op).global_avg_pool2d().build();
  };
  CHECK(refusal(ending("relu")) == "");  // SqueezeNet
  CHECK(refusal(ending("silu")) == "");
  CHECK(refusal(ending("sigmoid")) != "");
  CHECK(refusal(ending("relu6")) != "");
}

TEST_CASE("one or two logits are not rectified before a pooling either") {
  const auto ending = [](const char* op, int64_t logits) {
    return begun().conv2d(logits, 1).apply(op).global_avg_pool2d().build();
  };
  for (const char* op : {"relu", "silu", "gelu", "hardswish"}) {
    CAPTURE(op);
    CHECK(refusal(ending(op, 1)).find("takes the sign from the one logit") != std::string::npos);
    CHECK(refusal(ending(op, 2)).find("may silence both of its two logits") != std::string::npos);
    CHECK(refusal(ending(op, 3)) == "");
  }
}

TEST_CASE("leaky_relu leaves one logit its sign") {
  CHECK(refusal(begun().conv2d(1, 1).apply("leaky_relu").global_avg_pool2d().build()) == "");
}

TEST_CASE("one or two logits are not normalised over themselves") {
  const auto ending = [](int64_t logits) {
    return begun().global_avg_pool2d().linear(logits).apply("layer_norm").build();
  };
  CHECK(refusal(ending(1)).find("one logit a constant") != std::string::npos);
  CHECK(refusal(ending(2)).find("the same two numbers") != std::string::npos);
  CHECK(refusal(ending(3)) == "");
  CHECK(refusal(begun().conv2d(1, 1).apply("layer_norm").global_avg_pool2d().build()) != "");
  CHECK(refusal(begun().conv2d(1, 1).batch_norm2d().global_avg_pool2d().build()) == "");
}

TEST_CASE("nothing behind the last layer drops logits or mixes those of a batch") {
  CHECK(refusal(begun().global_avg_pool2d().linear(3).dropout(0.2).build())
            .find("dropout (dropout1) stands behind") != std::string::npos);
  CHECK(
      refusal(begun().conv2d(3, 1).dropout(0.2).global_avg_pool2d().build()).find("would drop the logits") !=
      std::string::npos);
  CHECK(refusal(begun().conv2d(3, 6).batch_norm2d().flatten().build()).find("the others of its batch") !=
        std::string::npos);
  CHECK(refusal(begun().global_avg_pool2d().dropout(0.2).linear(3).build()) == "");
  CHECK(refusal(begun().dropout(0.2).conv2d(3, 1).global_avg_pool2d().build()) == "");
  CHECK(refusal(begun().conv2d(3, 6).flatten().build()) == "");
}

TEST_CASE("no network of the zoo is refused, however many classes it is for") {
  for (const zoo::ZooNetwork& network : zoo::networks())
    for (const int64_t outputs : {1, 2, 3, 1000}) {
      CAPTURE(network.name);
      CAPTURE(outputs);
      const int64_t side = network.weights.crop > 0 ? network.weights.crop : 224;
      CHECK(refusal(network.build({.height = side, .width = side, .outputs = outputs})) == "");
    }
}

TEST_CASE("layers of a recipe that end in an activation are refused with what to do") {
  const auto read = [](const char* last) {
    return graph_from_layers(
        {3, 8, 8},
        parse_json(
            std::string(R"([{"op": "flatten"}, {"op": "linear", "out_features": "classes"},)") + last + "]",
            "test"),
        1, "my.toml");
  };
  CHECK_THROWS_WITH_AS(read(R"({"op": "sigmoid"})"),
                       doctest::Contains("[my.toml] the network ends with the activation sigmoid"),
                       ModelError);
  CHECK_THROWS_WITH_AS(read(R"({"op": "sigmoid"})"), doctest::Contains("Hint: leave that layer out"),
                       ModelError);
  CHECK_THROWS_WITH_AS(read(R"({"op": "softmax"})"), doctest::Contains("margay applies it itself"),
                       ModelError);
  CHECK_THROWS_WITH_AS(read(R"({"op": "dropout"})"),
                       doctest::Contains("put it before the last one, which is op = \"linear\""), ModelError);
  CHECK_NOTHROW(read(R"({"op": "flatten"})"));
}

TEST_CASE("a network that has been trained is built whatever it ends in") {
  const Json layers = parse_json(
      R"([{"op": "conv2d", "out_channels": "classes", "kernel": 1}, {"op": "relu"}, {"op": "global_avg_pool2d"}])",
      "test");
  for (const int64_t outputs : {1, 2}) {
    CHECK_THROWS_AS(graph_from_layers({3, 8, 8}, layers, outputs, "my.toml"), ModelError);
    const Graph graph = graph_from_layers({3, 8, 8}, layers, outputs, "my.toml", Ending::any);
    CHECK(graph.output_shape() == Shape{outputs});
    CHECK_NOTHROW(graph_from_json(to_json(graph), "a model file"));
  }
}

}  // namespace
}  // namespace margay::graph
