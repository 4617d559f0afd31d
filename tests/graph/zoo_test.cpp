// The published networks: sizes as published, names, taps.
#include "margay/graph/zoo/zoo.h"

#include <doctest/doctest.h>

#include <cmath>
#include <map>

#include "margay/core/error.h"
#include "margay/graph/builder.h"
#include "margay/graph/graph_json.h"
#include "margay/graph/summary.h"
#include "margay/graph/zoo/published_network.h"

using namespace margay;
using namespace margay::graph;

TEST_CASE("every published network has as many parameters as its authors say") {
  for (const zoo::ZooNetwork& network : zoo::networks()) {
    CAPTURE(network.name);
    const Graph graph = network.build({});
    CHECK(summarize(graph).trained_parameters == network.parameters);
    CHECK(graph.output_shape() == Shape{1000});
    CHECK(graph_from_json(to_json(graph), "test") == graph);
  }
}

TEST_CASE("every published network multiplies as often as its authors say") {
  // Billions of multiply-adds at the published size, as torchvision 0.15 and later states them ("GFLOPS"
  // there).
  const std::map<std::string_view, double> published{
      {"resnet18", 1.81},        {"resnet34", 3.66},           {"resnet50", 4.09},
      {"mobilenet_v2", 0.30},    {"mobilenet_v3_small", 0.06}, {"mobilenet_v3_large", 0.22},
      {"efficientnet_b0", 0.39}, {"efficientnet_b1", 0.69},    {"convnext_tiny", 4.46},
      {"convnext_small", 8.68},  {"vit_b_16", 17.56},          {"squeezenet1_1", 0.35},
      {"densenet121", 2.83}};
  for (const zoo::ZooNetwork& network : zoo::networks()) {
    CAPTURE(network.name);
    const int size = network.weights.crop;
    const double billions = static_cast<double>(summarize(network.build({size, size})).flops) / 2e9;
    CHECK(std::abs(billions - published.at(network.name)) < 0.006);
  }
}

TEST_CASE("one or two logits of squeezenet are not rectified and the vision transformer says what fits") {
  const auto before_pooling = [](int64_t outputs) {
    const Graph graph = zoo::squeezenet1_1({.outputs = outputs});
    return graph.nodes()[static_cast<size_t>(graph.output() - 1)].op;
  };
  CHECK(before_pooling(1) == "conv2d");
  CHECK(before_pooling(2) == "conv2d");
  CHECK(before_pooling(3) == "relu");
  CHECK_THROWS_WITH_AS(zoo::vit_b_16({.height = 150, .width = 150}),
                       doctest::Contains("which do not fit into 150 x 150. Hint: give a width"), ModelError);
}

TEST_CASE("published networks are built for other pictures and outputs and give features") {
  for (const zoo::ZooNetwork& network : zoo::networks()) {
    CAPTURE(network.name);
    const Graph graph = network.build({.height = 64, .width = 96, .outputs = 3});
    CHECK(graph.input_shape() == Shape{3, 64, 96});
    CHECK(graph.output_shape() == Shape{3});
    REQUIRE(graph.taps().contains("features"));
    CHECK(graph.shape(graph.taps().at("features")).size() == 1);
  }
}

TEST_CASE("slim residual networks begin as their shortcuts and are named as torchvision's") {
  // Trained values, counted by hand: convolutions, two for each channel of a normalisation, the last layer.
  const std::map<std::string_view, int64_t> for_one_logit{{"resnet10_slim", 1'235'937},
                                                          {"resnet18_slim", 2'804'577}};
  for (const zoo::ZooNetwork& network : zoo::own_networks()) {
    CAPTURE(network.name);
    CHECK_FALSE(network.is_published());
    CHECK(summarize(network.build({})).trained_parameters == network.parameters);
    const Graph graph = network.build({.height = 150, .width = 97, .outputs = 1});
    CHECK(summarize(graph).trained_parameters == for_one_logit.at(network.name));
    CHECK(graph.shape(graph.taps().at("features")) == Shape{256});
    const Weights weights = initialize(graph, network.initializer, 1);
    CHECK(weights.at("layer1.0.bn2.weight").values == std::vector<float>(32, 0.0f));
    CHECK(weights.at("layer2.0.bn1.weight").values == std::vector<float>(64, 1.0f));
    CHECK(weights.at("layer2.0.downsample.1.weight").shape == Shape{64, 32, 1, 1});
    CHECK(weights.at("fc.weight").shape == Shape{1, 256});
  }
}

TEST_CASE("a slim residual network may be wider and have dropout") {
  const Graph graph = zoo::slim_resnet({.height = 96, .width = 96, .outputs = 5},
                                       {.blocks = 3, .widths = {8, 16, 24, 40}, .dropout = 0.2});
  CHECK(graph.shape(graph.taps().at("features")) == Shape{40});
  CHECK(graph.nodes()[graph.output() - 1].number("rate") == 0.2);
}

TEST_CASE("published networks are found by name and a wrong name gets the nearest") {
  CHECK((zoo::find_network("resnet10_slim").build == zoo::resnet10_slim));
  CHECK((zoo::find_network("mobilenet_v2").build == zoo::mobilenet_v2));
  CHECK_THROWS_WITH_AS(zoo::find_network("mobilenetv2"),
                       doctest::Contains("did you mean 'mobilenet_v2'? Known are"), UsageError);
}

TEST_CASE("names of parameters in older files are brought up to date") {
  CHECK(zoo::current_parameter_name("features.denseblock1.denselayer12.norm.1.weight") ==
        "features.denseblock1.denselayer12.norm1.weight");
  CHECK(zoo::current_parameter_name("features.denseblock1.denselayer1.conv.2.weight") ==
        "features.denseblock1.denselayer1.conv2.weight");
  CHECK(zoo::current_parameter_name("encoder.layers.encoder_layer_3.mlp.linear_2.bias") ==
        "encoder.layers.encoder_layer_3.mlp.3.bias");
  CHECK(zoo::current_parameter_name("features.1.conv.0.0.weight") == "features.1.conv.0.0.weight");
}

TEST_CASE("a graph is known as the published network that takes its weights, and others as none") {
  for (const zoo::ZooNetwork& network : zoo::networks()) {
    const int side = network.weights.crop;
    CHECK(zoo::published_network_of(network.build({.height = side, .width = side, .outputs = 3})) ==
          network.name);
  }
  CHECK(zoo::published_network_of(Builder({3, 64, 64}).conv2d(8, 3).flatten().linear(1).build()).empty());
  CHECK(zoo::published_network_of(zoo::own_networks()[0].build({.height = 64, .width = 64, .outputs = 2}))
            .empty());
}
