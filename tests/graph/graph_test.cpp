// Graphs: building, taps, the saved form and everything that its reader refuses.
#include "margay/graph/graph.h"

#include <doctest/doctest.h>

#include "margay/core/error.h"
#include "margay/graph/builder.h"
#include "margay/graph/graph_json.h"

using namespace margay;
using namespace margay::graph;

namespace {

Graph residual_network() {
  return Builder({3, 16, 12})
      .conv2d(8, 3, {.padding = kSame})
      .batch_norm2d()
      .relu()
      .tap("stem")
      .name("block.conv")
      .conv2d(8, 3, {.padding = kSame, .groups = 2, .bias = false})
      .dropout(0.25)
      .add("stem")
      .avg_pool2d(3, {.stride = 2, .padding = 1, .ceil_mode = true}, false)
      .max_pool2d(2)
      .global_avg_pool2d()
      .linear(5)
      .build();
}

/// The saved form of a small good graph, to be broken by the tests.
Json good_json() {
  return parse_json(R"({"input": [3, 8, 8],
    "nodes": [{"name": "conv1", "op": "conv2d", "inputs": [0], "attributes": {"out_channels": 4, "kernel": 3}},
              {"name": "pool", "op": "global_avg_pool2d", "inputs": [1], "attributes": {}}],
    "taps": {"features": 1}})",
                    "test");
}

std::string refusal(const Json& json) {
  try {
    graph_from_json(json, "file");
  } catch (const FormatError& error) {
    return error.what();
  } catch (const ModelError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a graph survives its saved form") {
  const Graph graph = residual_network();
  const Json json = to_json(graph);
  CHECK(graph_from_json(json, "test") == graph);
  CHECK(graph_from_json(parse_json(json.dump(), "test"), "test") == graph);
}

TEST_CASE("a saved graph may leave out defaults") {
  const Graph graph = graph_from_json(good_json(), "test");
  CHECK(graph.nodes()[1].integer("stride") == 1);
  CHECK(graph.output_shape() == Shape{4});
  CHECK(graph.taps().at("features") == 1);
}

TEST_CASE("malformed graphs are refused") {
  struct Bad {
    std::string pointer;  // what is replaced, or removed when `value` is discarded
    Json value;
    std::string expected;
  };
  const Json removed(Json::value_t::discarded);
  const std::vector<Bad> table{
      {"/input", removed, "the network has no 'input'"},
      {"/input", 3, "the network's 'input' must be an array, it is number"},
      {"/input", Json::array(), "its shape has 0 extents"},
      {"/input", {3, 8}, "its shape has 2 extents"},
      {"/input", {3, 8, 0}, "out of range"},
      {"/input", {3, 8, -8}, "out of range"},
      {"/input", {3, 8, 8.5}, "an extent of the input is 8.5, expected a whole number"},
      {"/input", {3, 100000, 100000}, "out of range"},
      {"/input", {4294967296, 4294967296, 4294967296}, "out of range"},
      {"/input", {3, 8, 18446744073709551615ull}, "is 18446744073709551615, expected a whole number"},
      {"/nodes", removed, "the network has no 'nodes'"},
      {"/nodes", "none", "must be an array"},
      {"/nodes/0", 5, "the network has no 'inputs'"},
      {"/nodes/0/name", removed, "no value named 'name'"},
      {"/nodes/0/name", 7, "'name' is 7, expected a text"},
      {"/nodes/0/name", "", "'' is no name for a node"},
      {"/nodes/0/name", "a b", "'a b' is no name for a node"},
      {"/nodes/0/name", std::string(201, 'x'), "is no name for a node"},
      {"/nodes/0/name", "input", "the name is taken"},
      {"/nodes/1/name", "conv1", "the name is taken by another node"},
      {"/nodes/0/op", "conv3d", "did you mean 'conv2d'?"},
      {"/nodes/0/op", "input", "it takes 0 inputs"},
      {"/nodes/0/inputs", {1}, "input 1 is no earlier node"},
      {"/nodes/0/inputs", {-1}, "input -1 is out of range"},
      {"/nodes/0/inputs", {4294967296}, "input is 4294967296, expected a whole number"},
      {"/nodes/0/inputs", {"conv1"}, "input is \"conv1\", expected a whole number"},
      {"/nodes/0/inputs", {0, 0}, "it takes 1 inputs, 2 are given"},
      {"/nodes/0/inputs", Json::array(), "it takes 1 inputs, 0 are given"},
      {"/nodes/0/attributes", removed, "the network has no 'attributes'"},
      {"/nodes/0/attributes/kernel", nullptr, "'kernel' is null"},
      {"/nodes/0/attributes/kernel", {3, 3}, "'kernel' is array"},
      {"/nodes/0/attributes/kernel", 99, "kernel 99 does not fit"},
      {"/nodes/0/attributes/kernel", 18446744073709551615ull, "'kernel' is 18446744073709551615, expected"},
      {"/nodes/0/attributes/kernle", 3, "did you mean 'kernel'?"},
      {"/taps", removed, "the network has no 'taps'"},
      {"/taps/features", 3, "tap 'features' names node 3, which is not there"},
      {"/taps/features", "conv1", "tap is \"conv1\", expected a whole number"},
      {"/taps/no way", 1, "'no way' is no name for a tap"},
      {"/taps/pool", 1, "the tap 'pool' of node 'conv1' has the name of another node"},
  };
  CHECK(refusal(good_json()).empty());
  for (const Bad& bad : table) {
    Json json = good_json();
    const Json::json_pointer pointer(bad.pointer);
    if (bad.value.is_discarded())
      json[pointer.parent_pointer()].erase(pointer.back());
    else
      json[pointer] = bad.value;
    const std::string message = refusal(json);
    CAPTURE(bad.pointer);
    CAPTURE(message);
    CHECK(message.starts_with("[file] "));
    CHECK(message.find(bad.expected) != std::string::npos);
  }
  CHECK(refusal(Json(3)).find("no 'input'") != std::string::npos);
}

TEST_CASE("a network has at most ten thousand nodes") {
  Json json = good_json();
  json["nodes"] = Json::array();
  for (int i = 0; i < 10'000; ++i)
    json["nodes"].push_back({{"name", "relu" + std::to_string(i)},
                             {"op", "relu"},
                             {"inputs", {i}},
                             {"attributes", Json::object()}});
  CHECK(refusal(json).find("at most 10000 nodes") != std::string::npos);
}

TEST_CASE("a tap is named once") {
  Graph graph({4});
  graph.tap("a", 0);
  CHECK_THROWS_WITH_AS(graph.tap("a", 0), doctest::Contains("there are two taps 'a'"), ModelError);
  CHECK_THROWS_AS(graph.tap("b", 1), ModelError);
  CHECK_THROWS_AS(graph.tap("b", -1), ModelError);
}

TEST_CASE("a tap may have the name of its own node and of no other") {
  Graph graph({4});
  graph.tap("input", 0);
  graph.tap("start", 0);
  CHECK_THROWS_WITH_AS(graph.add("start", "relu", {0}), doctest::Contains("taken by a tap of another node"),
                       ModelError);
  graph.add("relu", "relu", {0});
  CHECK_THROWS_WITH_AS(graph.tap("relu", 0), doctest::Contains("has the name of another node"), ModelError);
}
