// Networks from the layers of a recipe.
#include "margay/graph/layers.h"

#include <doctest/doctest.h>

#include "margay/core/error.h"
#include "margay/graph/builder.h"

using namespace margay;
using namespace margay::graph;

namespace {

Graph build(const char* layers, int64_t outputs = 1) {
  return graph_from_layers({3, 8, 8}, parse_json(layers, "test"), outputs, "my.toml");
}

std::string refusal(const char* layers) {
  try {
    build(layers);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a list of layers makes the network that the builder makes") {
  const Graph graph =
      build(R"([{"op": "conv2d", "out_channels": 16, "kernel": 3, "padding": "same"}, {"op": "relu"},
    {"op": "max_pool2d", "kernel": 2}, {"op": "dropout", "rate": 0.2}, {"op": "flatten"},
    {"op": "linear", "out_features": 512}, {"op": "relu"}, {"op": "linear", "out_features": "classes"}])");
  CHECK(graph == Builder({3, 8, 8})
                     .conv2d(16, 3, {.padding = kSame})
                     .relu()
                     .max_pool2d(2)
                     .dropout(0.2)
                     .flatten()
                     .linear(512)
                     .relu()
                     .linear(1)
                     .build());
}

TEST_CASE("classes stands for the number of outputs also in a convolution") {
  const Graph graph =
      build(R"([{"op": "conv2d", "out_channels": "classes", "kernel": 1}, {"op": "global_avg_pool2d"}])", 7);
  CHECK(graph.output_shape() == Shape{7});
}

TEST_CASE("layers have names and taps and inputs") {
  const Graph graph =
      build(R"([{"op": "conv2d", "name": "stem", "out_channels": 4, "kernel": 1, "tap": "features"},
    {"op": "relu"}, {"op": "conv2d", "out_channels": 4, "kernel": 1}, {"op": "add", "inputs": ["conv1", "features"]},
    {"op": "global_avg_pool2d"}, {"op": "linear", "out_features": "classes"}])");
  CHECK(graph.nodes()[1].name == "stem");
  CHECK(graph.nodes()[4].inputs == std::vector<int>{3, 1});
  CHECK(graph.taps().at("features") == 1);
}

TEST_CASE("malformed layers are refused with their number") {
  const std::vector<std::pair<const char*, const char*>> table{
      {R"({})", "[my.toml] the network has no layers"},
      {R"([])", "[my.toml] the network has no layers"},
      {R"([3])", "[my.toml, layer 1] a layer is a table"},
      {R"([{"kernel": 3}])", "[my.toml, layer 1] there is no 'op'"},
      {R"([{"op": 3}])", "[my.toml, layer 1] 'op' must be a text"},
      {R"([{"op": "relu"}, {"op": "relo"}])",
       "[my.toml, layer 2] there is no operator 'relo'. Hint: did you mean 'relu'?"},
      {R"([{"op": "relu"}, {"op": "max_pool2d", "kernel": 9}])",
       "[my.toml, layer 2] node 'max_pool1' (max_pool2d): kernel 9 does not fit into the 3 x 8 x 8 it gets. "
       "Hint: use"},
      {R"([{"op": "linear", "out_features": "classes"}])",
       "[my.toml, layer 1] node 'linear1' (linear): it needs a vector, but gets 3 x 8 x 8"},
      {R"([{"op": "flatten"}, {"op": "linear", "out_features": "clases"}])",
       "out_features must be a whole number, it is a text"},
      {R"([{"op": "flatten"}, {"op": "linear", "out_features": 7}])",
       "[my.toml] the last layer gives 7, but 1 must come out. Hint: end with"},
      {R"([{"op": "conv2d", "out_channels": 4, "kernel": 4, "padding": "same"}])",
       "[my.toml, layer 1] padding \"same\" needs an odd kernel"},
      {R"([{"op": "conv2d", "out_channels": 4, "kernel": 3, "padding": "valid"}])",
       "[my.toml, layer 1] padding is \"valid\""},
      {R"([{"op": "conv2d", "out_channels": [4], "kernel": 3}])",
       "[my.toml, layer 1] 'out_channels' must be a number"},
      {R"([{"op": "conv2d", "out_channels": 18446744073709551615, "kernel": 3}])",
       "[my.toml, layer 1] 'out_channels' is out of range"},
      {R"([{"op": "relu", "inputs": ["relu9"]}])", "[my.toml, layer 1] there is no node or tap 'relu9'"},
      {R"([{"op": "relu", "inputs": "input"}])", "[my.toml, layer 1] 'inputs' must be a list"},
      {R"([{"op": "relu", "inputs": []}])", "[my.toml, layer 1] 'inputs' must be a list"},
      {R"([{"op": "relu", "inputs": [0]}])", "[my.toml, layer 1] 'inputs' must be a text"},
      {R"([{"op": "relu", "name": 1}])", "[my.toml, layer 1] 'name' must be a text"},
      {R"([{"op": "relu", "name": "a"}, {"op": "relu", "name": "a"}])",
       "[my.toml, layer 2] node 'a' (relu): the name is taken"},
      {R"([{"op": "relu"}, {"op": "global_avg_pool2d", "inputs": ["input"]}, {"op": "linear", "out_features": 1}])",
       "[my.toml] node 'relu1' (relu): nothing uses what it computes"},
  };
  for (const auto& [layers, expected] : table) {
    const std::string message = refusal(layers);
    CAPTURE(layers);
    CAPTURE(message);
    CHECK(message.find(expected) != std::string::npos);
  }
}

TEST_CASE("an input that is no picture is refused under the recipe's name") {
  CHECK_THROWS_WITH_AS(graph_from_layers({3, 0, 8}, parse_json(R"([{"op": "relu"}])", "test"), 1, "my.toml"),
                       doctest::Contains("[my.toml] node 'input'"), ModelError);
}
