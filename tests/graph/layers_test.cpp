// Networks from the layers of a recipe.
#include "margay/graph/layers.h"

#include <doctest/doctest.h>

#include "margay/core/error.h"
#include "margay/graph/builder.h"
#include "margay/graph/operator.h"

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

TEST_CASE("padding as text gives the sizes that Keras has") {
  struct Row {
    const char* layer;
    Shape shape;  ///< of what a map of 5 channels and 9 x 8 becomes
  };
  const Row rows[] = {
      {R"({"op": "conv2d", "out_channels": 4, "kernel": 3, "padding": "valid"})", {4, 7, 6}},
      {R"({"op": "conv2d", "out_channels": 4, "kernel": 3, "stride": 2, "padding": "same"})", {4, 5, 4}},
      {R"({"op": "conv2d", "out_channels": 4, "kernel": 1, "stride": 2, "padding": "same"})", {4, 5, 4}},
      {R"({"op": "conv2d", "out_channels": 4, "kernel": 3, "dilation": 2, "padding": "same"})", {4, 9, 8}},
      {R"({"op": "max_pool2d", "kernel": 3, "stride": 2, "padding": "same"})", {5, 5, 4}},
      {R"({"op": "max_pool2d", "kernel": 2, "padding": "same"})", {5, 5, 4}},
      {R"({"op": "max_pool2d", "kernel": 2, "padding": "valid"})", {5, 4, 4}},
      {R"({"op": "max_pool2d", "kernel": 2, "stride": 0, "padding": "same"})", {5, 5, 4}},
      {R"({"op": "avg_pool2d", "kernel": 2, "padding": "same"})", {5, 5, 4}},
      {R"({"op": "separable_conv2d", "out_channels": 6, "kernel": 3, "stride": 2, "padding": "same"})",
       {6, 5, 4}},
      {R"({"op": "depthwise_conv2d", "kernel": 3, "padding": "same", "depth_multiplier": 2})", {10, 9, 8}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.layer);
    Json layers = Json::array();
    layers.push_back(Json::parse(row.layer));
    layers.back()["tap"] = "map";
    layers.push_back({{"op", "global_avg_pool2d"}});
    layers.push_back({{"op", "linear"}, {"out_features", 1}});
    const Graph graph = graph_from_layers({5, 9, 8}, layers, 1, "my.toml");
    CHECK(graph.shape(graph.taps().at("map")) == row.shape);
  }
}

TEST_CASE("a separable convolution is two nodes under its name") {
  const Graph graph = build(R"([{"op": "separable_conv2d", "out_channels": 8, "kernel": 3, "padding": "same",
    "depth_multiplier": 2, "name": "entry"}, {"op": "separable_conv2d", "out_channels": 4, "kernel": 3, "bias": false},
    {"op": "global_max_pool2d"}, {"op": "linear", "out_features": "classes"}])");
  CHECK(graph.nodes()[1].name == "entry.depthwise");
  CHECK(graph.nodes()[1].integer("groups") == 3);
  CHECK(graph.nodes()[1].integer("out_channels") == 6);
  CHECK_FALSE(graph.nodes()[1].flag("bias"));
  CHECK(graph.nodes()[2].name == "entry.pointwise");
  CHECK(graph.nodes()[2].integer("kernel") == 1);
  CHECK(graph.nodes()[2].flag("bias"));
  CHECK(graph.shape(2) == Shape{8, 8, 8});
  CHECK(graph.nodes()[4].name == "separable_conv1.pointwise");
  CHECK_FALSE(graph.nodes()[4].flag("bias"));
  // 3 * 2 * 9, 6 * 8 + 8; 8 * 9, 8 * 4
  int64_t parameters = 0;
  for (const GraphParameter& parameter : parameters_of(graph))
    if (parameter.node <= 4) parameters += element_count(parameter.spec.shape);
  CHECK(parameters == 54 + 56 + 72 + 32);
  CHECK(graph == Builder({3, 8, 8})
                     .name("entry")
                     .separable_conv2d(8, 3, {.padding = kSame, .depth_multiplier = 2})
                     .separable_conv2d(4, 3, {.bias = false})
                     .global_max_pool2d()
                     .linear(1)
                     .build());
}

TEST_CASE("a separable convolution is an input by its name") {
  const Graph graph = build(R"([{"op": "depthwise_conv2d", "kernel": 3, "name": "a"},
    {"op": "separable_conv2d", "out_channels": 3, "kernel": 3, "name": "b", "inputs": ["input"]},
    {"op": "add", "inputs": ["a", "b"]}, {"op": "global_avg_pool2d"},
    {"op": "linear", "out_features": "classes"}])");
  CHECK(graph.nodes()[4].inputs == std::vector<int>{1, 3});
}

TEST_CASE("another spelling of classes and numbers in quotes are refused with what is meant") {
  const auto last = [](const char* outputs) {
    return refusal(
        fmt::format(R"([{{"op": "flatten"}}, {{"op": "linear", "out_features": "{}"}}])", outputs).c_str());
  };
  CHECK(last("Classes").find("[my.toml, layer 2] 'out_features' is \"Classes\", expected a whole number, or "
                             "\"classes\" for as many as there are classes. Hint: did you mean 'classes'?") ==
        0);
  CHECK(last("class").find("did you mean 'classes'?") != std::string::npos);
  CHECK(last("2").find("write it without quotes: 2") != std::string::npos);
  CHECK(last("many").find("Hint") == std::string::npos);
  CHECK(refusal(R"([{"op": "conv2d", "out_channels": "CLASSES", "kernel": 8}, {"op": "flatten"}])")
            .find("'out_channels' is \"CLASSES\"") != std::string::npos);
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

TEST_CASE("a network is made again of its list of layers") {
  Builder builder({3, 8, 8});
  builder.name("stem.conv")
      .conv2d(4, 3, {.padding = kSame, .bias = false})
      .batch_norm2d(1e-3)
      .tap("early")
      .tap("first");
  builder.leaky_relu(0.3).separable_conv2d(4, 3, {.padding = kSame}).add("early").max_pool2d(2).dropout(0.25);
  builder.tap("map").global_avg_pool2d().tap("means").from("map").global_max_pool2d().apply("concat", {},
                                                                                            {"means"});
  const Graph graph = builder.linear(2).build();
  CHECK(graph_from_layers(graph.input_shape(), layers_of(graph), 2, "again") == graph);
  const Json layers = layers_of(graph);
  CHECK(layers[0]["name"] == "stem.conv");
  CHECK(layers[1]["tap"] == Json::array({"early", "first"}));

  Graph tapped({3, 8, 8});
  tapped.tap("picture", 0);
  CHECK_THROWS_AS(layers_of(tapped), ModelError);
}

TEST_CASE("malformed layers are refused with their number") {
  const std::vector<std::pair<const char*, const char*>> table{
      {R"({})", "[my.toml] the network has no layers"},
      {R"([])", "[my.toml] the network has no layers"},
      {R"([3])", "[my.toml, layer 1] a layer is a table"},
      {R"([{"kernel": 3}])", "[my.toml, layer 1] there is no 'op'"},
      {R"([{"op": 3}])", "[my.toml, layer 1] 'op' is 3, expected a text"},
      {R"([{"op": "relu"}, {"op": "relo"}])",
       "[my.toml, layer 2] there is no operator 'relo'. Hint: did you mean 'relu'?"},
      {R"([{"op": "relu"}, {"op": "max_pool2d", "kernel": 9}])",
       "[my.toml, layer 2] node 'max_pool1' (max_pool2d): kernel 9 does not fit into the 3 x 8 x 8 it gets. "
       "Hint: use"},
      {R"([{"op": "linear", "out_features": "classes"}])",
       "[my.toml, layer 1] node 'linear1' (linear): it needs a vector, but gets 3 x 8 x 8"},
      {R"([{"op": "flatten"}, {"op": "linear", "out_features": "clases"}])",
       "'out_features' is \"clases\", expected a whole number, or \"classes\""},
      {R"([{"op": "flatten"}, {"op": "linear", "out_features": 7}])",
       "[my.toml] the last layer gives 7, but 1 must come out. Hint: end with"},
      {R"([{"op": "conv2d", "out_channels": 4, "kernel": 4, "padding": "same"}])",
       "[my.toml, layer 1] padding \"same\" needs an odd kernel"},
      {R"([{"op": "conv2d", "out_channels": 4, "kernel": 3, "padding": "full"}])",
       "[my.toml, layer 1] padding is \"full\""},
      {R"([{"op": "conv2d", "out_channels": 4, "kernel_size": 3, "padding": "same"}])",
       "there is no attribute 'kernel_size'. Hint: did you mean 'kernel'?"},
      {R"([{"op": "conv2d", "out_channels": 4, "padding": "same"}])", "it needs the attribute 'kernel'"},
      {R"([{"op": "conv2d", "out_channels": 4, "kernel": 3.0, "padding": "same"}])",
       "kernel must be a whole number, it is"},
      {R"([{"op": "Conv2D", "filters": 4, "kernel": 4, "padding": "same"}])",
       "there is no operator 'Conv2D'. Hint: did you mean 'conv2d'?"},
      {R"([{"op": "flatten"}, {"op": "linear", "out_features": 4, "padding": "same"}])",
       "there is no attribute 'padding'"},
      {R"([{"op": "global_avg_pool2d", "padding": "same"}])", "there is no attribute 'padding'"},
      {R"([{"op": "input"}])", "[my.toml, layer 1] the input is no layer. Hint: [input] of the recipe"},
      {R"([{"op": "softmax"}])", "[my.toml, layer 1] softmax is no layer here"},
      {R"([{"op": "relu", "name": "a"}, {"op": "relu", "tap": "a"}])",
       "[my.toml, layer 2] the tap 'a' of node 'relu1' has the name of another node"},
      {R"([{"op": "conv2d", "out_channels": [4], "kernel": 3}])",
       "[my.toml, layer 1] 'out_channels' must be a number"},
      {R"([{"op": "conv2d", "out_channels": 18446744073709551615, "kernel": 3}])",
       "[my.toml, layer 1] 'out_channels' is 18446744073709551615, expected a whole number"},
      {R"([{"op": "avg_pool2d", "kernel": 4, "stride": 2, "padding": "same"}])", "needs an odd kernel"},
      {R"([{"op": "separable_conv2d", "kernel": 3}])",
       "[my.toml, layer 1] node 'separable_conv1' (separable_conv2d): it needs the attribute 'out_channels'"},
      {R"([{"op": "separable_conv2d", "out_channels": 4, "kernel": 3, "groups": 2}])",
       "there is no attribute 'groups'"},
      {R"([{"op": "flatten"}, {"op": "depthwise_conv2d", "kernel": 3}])", "it needs a feature map"},
      {R"([{"op": "depthwise_conv2d", "kernel": 3, "depth_multiplier": 0}])", "depth_multiplier is 0"},
      {R"([{"op": "relu"}, {"op": "depthwise_conv2d", "kernel": 3, "inputs": ["input", "relu1"]}])",
       "it takes 1 input, 2 are given"},
      {R"([{"op": "relu", "inputs": ["relu9"]}])", "[my.toml, layer 1] there is no node or tap 'relu9'"},
      {R"([{"op": "relu", "inputs": "input"}])", "[my.toml, layer 1] 'inputs' must be a list"},
      {R"([{"op": "relu", "inputs": []}])", "[my.toml, layer 1] 'inputs' must be a list"},
      {R"([{"op": "relu", "inputs": [0]}])", "[my.toml, layer 1] 'inputs' is 0, expected a text"},
      {R"([{"op": "relu", "name": 1}])", "[my.toml, layer 1] 'name' is 1, expected a text"},
      {R"([{"op": "relu", "name": "a"}, {"op": "relu", "name": "a"}])",
       "[my.toml, layer 2] node 'a' (relu): the name is taken"},
      {R"([{"op": "relu"}, {"op": "global_avg_pool2d", "inputs": ["input"]}, {"op": "linear", "out_features": 1}])",
       "[my.toml] node 'relu1' (relu): nothing uses what it computes"},
  };
  for (const auto& row : table) {
    const auto& [layers, expected] = row;
    const std::string message = refusal(layers);
    CAPTURE(row.first);
    CAPTURE(message);
    CHECK(message.find(expected) != std::string::npos);
  }
}

TEST_CASE("an input that is no picture is refused under the recipe's name") {
  CHECK_THROWS_WITH_AS(graph_from_layers({3, 0, 8}, parse_json(R"([{"op": "relu"}])", "test"), 1, "my.toml"),
                       doctest::Contains("[my.toml] node 'input'"), ModelError);
}
