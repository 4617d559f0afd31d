// Walks the table of operators: shapes, parameters and FLOPs against numbers computed by hand, and what is
// refused.
#include "margay/graph/operator.h"

#include <doctest/doctest.h>

#include <set>

#include "margay/core/error.h"
#include "tests/support/graphs.h"

using namespace margay;
using namespace margay::graph;

namespace {

using Attributes = std::map<std::string, Attribute>;

/// One node on top of an input, or of two equal inputs.
struct Good {
  std::string op;
  Shape input;
  Attributes attributes;
  Shape output;
  int64_t trained = 0;
  int64_t untrained = 0;
  int64_t flops = 0;
};

const std::vector<Good> kGood{
    {"conv2d",
     {3, 150, 150},
     {{"out_channels", 16}, {"kernel", 3}, {"padding", 1}},
     {16, 150, 150},
     448,
     0,
     19'440'000},
    {"conv2d",
     {8, 9, 7},
     {{"out_channels", 4}, {"kernel", 3}, {"stride", 2}, {"bias", false}},
     {4, 4, 3},
     288,
     0,
     6912},
    {"conv2d",
     {8, 9, 7},
     {{"out_channels", 8}, {"kernel", 3}, {"groups", 8}, {"padding", 1}},
     {8, 9, 7},
     80,
     0,
     9072},
    {"conv2d", {2, 9, 9}, {{"out_channels", 3}, {"kernel", 3}, {"dilation", 3}}, {3, 3, 3}, 57, 0, 972},
    {"conv2d", {2, 1, 1}, {{"out_channels", 3}, {"kernel", 1}}, {3, 1, 1}, 9, 0, 12},
    {"batch_norm2d", {5, 4, 3}, {}, {5, 4, 3}, 10, 10, 0},
    {"relu", {5, 4, 3}, {}, {5, 4, 3}},
    {"relu", {7}, {}, {7}},
    {"relu6", {5, 4, 3}, {}, {5, 4, 3}},
    {"leaky_relu", {5, 4, 3}, {{"slope", 0.3}}, {5, 4, 3}},
    {"elu", {5, 4, 3}, {}, {5, 4, 3}},
    {"tanh", {7}, {}, {7}},
    {"sigmoid", {7}, {}, {7}},
    {"hardsigmoid", {5, 1, 1}, {}, {5, 1, 1}},
    {"silu", {5, 4, 3}, {}, {5, 4, 3}},
    {"hardswish", {5, 4, 3}, {}, {5, 4, 3}},
    {"gelu", {7}, {}, {7}},
    {"max_pool2d", {5, 7, 4}, {{"kernel", 2}}, {5, 3, 2}},
    {"max_pool2d", {5, 7, 4}, {{"kernel", 2}, {"ceil_mode", true}}, {5, 4, 2}},
    {"max_pool2d", {1, 7, 7}, {{"kernel", 3}, {"stride", 2}, {"padding", 1}}, {1, 4, 4}},
    // (6 + 2 - 3) / 4 rounded up + 1 = 3, but the third window would begin at 8 - 1 = 7, behind the picture.
    {"max_pool2d", {1, 6, 6}, {{"kernel", 3}, {"stride", 4}, {"padding", 1}, {"ceil_mode", true}}, {1, 2, 2}},
    {"avg_pool2d", {5, 7, 4}, {{"kernel", 3}, {"stride", 1}}, {5, 5, 2}},
    {"global_avg_pool2d", {5, 7, 4}, {}, {5}},
    {"global_max_pool2d", {5, 7, 4}, {}, {5}},
    {"global_max_pool2d", {5, 7, 4}, {{"keep_map", true}}, {5, 1, 1}},
    {"flatten", {5, 7, 4}, {}, {140}},
    {"flatten", {9}, {}, {9}},
    {"linear", {20736}, {{"out_features", 512}}, {512}, 10'617'344, 0, 21'233'664},
    {"linear", {10}, {{"out_features", 3}, {"bias", false}}, {3}, 30, 0, 60},
    {"dropout", {5, 7, 4}, {{"rate", 0.2}}, {5, 7, 4}},
    {"add", {5, 7, 4}, {}, {5, 7, 4}},
    {"stochastic_depth", {5, 7, 4}, {{"rate", 0.2}}, {5, 7, 4}},
    {"multiply", {5, 7, 4}, {}, {5, 7, 4}},
    {"concat", {5, 7, 4}, {}, {10, 7, 4}},
    {"concat", {6}, {}, {12}},
    {"global_avg_pool2d", {5, 7, 4}, {{"keep_map", true}}, {5, 1, 1}},
    {"linear", {7, 10}, {{"out_features", 3}}, {7, 3}, 33, 0, 420},
    {"layer_norm", {5, 7, 4}, {}, {5, 7, 4}, 10},
    {"layer_norm", {7, 5}, {}, {7, 5}, 10},
    {"layer_norm", {5}, {}, {5}, 10},
    {"layer_scale", {5, 7, 4}, {}, {5, 7, 4}, 5},
    {"tokens", {5, 7, 4}, {}, {28, 5}},
    {"feature_map", {28, 5}, {{"height", 7}, {"width", 4}}, {5, 7, 4}},
    {"class_token", {7, 5}, {}, {8, 5}, 5},
    {"position_embedding", {7, 5}, {}, {7, 5}, 35},
    // 3 * 6 * 6 weights and 3 * 6 biases; 2 * 7 * 6 * 18 for the projection, 4 * 7 * 7 * 6 for both products.
    {"self_attention", {7, 6}, {{"heads", 2}}, {7, 6}, 126, 0, 2688},
    {"first_token", {7, 5}, {}, {5}},
};

/// Message of the error that `op` is refused with.
std::string refusal(const std::string& op, const Shape& input, const Attributes& attributes) {
  Graph graph(input.size() == 2 ? Shape{input[1], input[0], 1} : input);
  if (input.size() == 2) graph.add("tokens", "tokens", {0});
  try {
    graph.add("node", op, {graph.output()}, attributes);
  } catch (const ModelError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("every operator infers its shape and counts its parameters and FLOPs") {
  for (const Good& good : kGood) {
    CAPTURE(good.op);
    CAPTURE(to_string(good.input));
    const Graph graph = test::single_node(good.input, good.op, good.attributes);
    const int node = graph.output();
    CHECK(graph.shape(node) == good.output);
    CHECK(flops_of(graph) == good.flops);
    int64_t trained = 0, untrained = 0;
    for (const GraphParameter& parameter : parameters_of(graph)) {
      CHECK(parameter.node == node);
      CHECK(parameter.name == (parameter.spec.name.empty() ? "node" : "node." + parameter.spec.name));
      (parameter.spec.trained ? trained : untrained) += element_count(parameter.spec.shape);
    }
    CHECK(trained == good.trained);
    CHECK(untrained == good.untrained);
  }
}

TEST_CASE("training takes three times the FLOPs but for the gradient of the pictures") {
  Graph graph({3, 8, 8});
  const Attributes same{{"out_channels", 4}, {"kernel", 3}, {"padding", 1}};
  const int first = graph.add("first", "conv2d", {0}, same);
  const int rectified = graph.add("relu", "relu", {first});
  const int second = graph.add("second", "conv2d", {rectified}, same);
  // A second branch that also begins at the pictures.
  const int other = graph.add("other", "conv2d", {0}, same);
  graph.add("sum", "add", {second, other});
  CHECK(flops_of(graph) == 2 * 8 * 8 * 4 * 9 * (3 + 4 + 3));
  CHECK(training_flops_of(graph) == 2 * 8 * 8 * 4 * 9 * (2 * 3 + 3 * 4 + 2 * 3));
  CHECK(training_flops_of(Graph({4})) == 0);
}

TEST_CASE("the tests know every operator of the table") {
  std::set<std::string, std::less<>> tested{"input"};
  for (const Good& good : kGood) tested.insert(good.op);
  for (const Operator& row : operators()) CHECK_MESSAGE(tested.contains(row.name), row.name);
  CHECK(tested.size() == operators().size());
}

TEST_CASE("nodes that do not fit are refused with the reason and a hint") {
  const Shape map{3, 8, 8}, vector{12};
  struct Bad {
    std::string op;
    Shape input;
    Attributes attributes;
    std::string expected;
  };
  const std::vector<Bad> table{
      {"conv2d", map, {{"out_channels", 4}}, "it needs the attribute 'kernel'"},
      {"conv2d", map, {{"kernel", 3}}, "it needs the attribute 'out_channels'"},
      {"conv2d", map, {{"out_channels", 0}, {"kernel", 3}}, "out_channels is 0, it must be at least 1"},
      {"conv2d", map, {{"out_channels", 4}, {"kernel", 0}}, "kernel is 0, it must be from 1 to 4096"},
      {"conv2d",
       map,
       {{"out_channels", 4}, {"kernel", 5000}, {"padding", 5000}},
       "kernel is 5000, it must be from 1 to 4096"},
      {"conv2d", map, {{"out_channels", 4}, {"kernel", -3}}, "kernel is -3, it must be from 0"},
      {"conv2d", map, {{"out_channels", 4}, {"kernel", 3}, {"stride", 0}}, "stride is 0"},
      {"conv2d", map, {{"out_channels", 4}, {"kernel", 3}, {"dilation", 0}}, "dilation is 0"},
      {"conv2d",
       map,
       {{"out_channels", 4}, {"kernel", 9}},
       "kernel 9 does not fit into the 3 x 8 x 8 it gets. Hint: use a smaller"},
      {"conv2d",
       map,
       {{"out_channels", 4}, {"kernel", 3}, {"groups", 2}},
       "groups 2 divides not both its 3 input and 4 output"},
      {"conv2d",
       map,
       {{"out_channels", 4}, {"kernel", 3}, {"stirde", 2}},
       "there is no attribute 'stirde'. Hint: did you mean 'stride'?"},
      {"conv2d",
       map,
       {{"out_channels", 4}, {"kernel", 3.0}},
       "kernel must be a whole number, it is a number"},
      {"conv2d",
       map,
       {{"out_channels", 4}, {"kernel", 3}, {"bias", 1}},
       "bias must be true or false, it is a whole number"},
      {"conv2d",
       map,
       {{"out_channels", 4}, {"kernel", 3}, {"padding", std::string("valid")}},
       "padding must be a whole number, it is a text"},
      {"conv2d",
       vector,
       {{"out_channels", 4}, {"kernel", 1}},
       "it needs a feature map (channels x height x width), but gets 12"},
      {"conv2d", map, {{"out_channels", 1 << 24}, {"kernel", 8}, {"padding", 0}}, "out of range"},
      {"batch_norm2d", vector, {}, "it needs a feature map"},
      {"batch_norm2d", map, {{"eps", 0.0}}, "eps is 0, it must be greater than 0"},
      {"batch_norm2d", map, {{"momentum", 1.5}}, "momentum is 1.5, it must be from 0 to 1"},
      {"relu", map, {{"slope", 0.1}}, "there is no attribute 'slope'. Hint: it has none"},
      {"leaky_relu", map, {{"alpha", 0.1}}, "there is no attribute 'alpha'. Hint: it has slope"},
      {"elu", map, {{"alpha", -0.1}}, "alpha is -0.1, it must be at least 0"},
      {"global_max_pool2d", vector, {}, "it needs a feature map"},
      {"Dense", vector, {}, "did you mean 'linear'?"},
      {"MaxPooling2D", map, {}, "did you mean 'max_pool2d'?"},
      {"LeakyReLU", map, {}, "did you mean 'leaky_relu'?"},
      {"SeparableConv2D", map, {}, "did you mean 'separable_conv2d'?"},
      {"max_pool2d", vector, {{"kernel", 2}}, "it needs a feature map"},
      {"max_pool2d", map, {{"kernel", 9}}, "kernel 9 does not fit"},
      {"max_pool2d", map, {{"kernel", 3}, {"padding", 2}}, "padding 2 is more than half of kernel 3"},
      {"avg_pool2d", map, {}, "it needs the attribute 'kernel'"},
      {"global_avg_pool2d", vector, {}, "it needs a feature map"},
      {"linear", map, {{"out_features", 2}}, "it needs a vector, but gets 3 x 8 x 8. Hint: put flatten"},
      {"linear", vector, {{"out_features", 0}}, "out_features is 0"},
      {"dropout", map, {{"rate", 1.0}}, "rate is 1, it must be at least 0 and below 1"},
      {"dropout", map, {{"rate", -0.1}}, "rate is -0.1"},
      {"dropout", map, {{"rate", std::nan("")}}, "rate is not finite"},
      {"stochastic_depth", map, {{"rate", 1.0}}, "rate is 1, it must be at least 0 and below 1"},
      {"add", map, {}, "it takes 2 inputs, 1 are given"},
      {"layer_norm", map, {{"eps", 0.0}}, "eps is 0, it must be greater than 0"},
      {"layer_scale", vector, {}, "it needs a feature map"},
      {"tokens", vector, {}, "it needs a feature map"},
      {"feature_map", {6, 4}, {{"height", 2}, {"width", 4}}, "6 tokens make no map of 2 x 4"},
      {"feature_map", map, {{"height", 8}, {"width", 8}}, "it needs a sequence of tokens"},
      {"class_token", vector, {}, "it needs a sequence of tokens"},
      {"position_embedding", map, {}, "it needs a sequence of tokens"},
      {"self_attention", map, {{"heads", 1}}, "gets 3 x 8 x 8. Hint: the operator tokens makes one"},
      {"self_attention", {6, 4}, {{"heads", 3}}, "3 heads do not share 4 features evenly"},
      {"first_token", vector, {}, "it needs a sequence of tokens"},
      {"input", map, {}, "it takes 0 inputs"},
      {"convolution", map, {}, "there is no operator 'convolution'"},
      {"max_pool", map, {}, "did you mean 'max_pool2d'?"},
  };
  for (const Bad& bad : table) {
    const std::string message = refusal(bad.op, bad.input, bad.attributes);
    CAPTURE(bad.op);
    CAPTURE(message);
    CHECK(message.find(bad.expected) != std::string::npos);
  }
}

TEST_CASE("an addition needs two equal shapes") {
  Graph graph({3, 8, 8});
  const int pooled = graph.add("pool", "max_pool2d", {0}, {{"kernel", 2}});
  CHECK_THROWS_WITH_AS(graph.add("sum", "add", {0, pooled}),
                       doctest::Contains("node 'sum' (add): it cannot add 3 x 8 x 8 and 3 x 4 x 4"),
                       ModelError);
}

TEST_CASE("products and joined channels need maps that fit") {
  Graph graph({3, 8, 8});
  const int pooled = graph.add("pool", "max_pool2d", {0}, {{"kernel", 2}});
  const int squeezed = graph.add("squeeze", "global_avg_pool2d", {0}, {{"keep_map", true}});
  CHECK(graph.shape(graph.add("scaled", "multiply", {pooled, squeezed})) == Shape{3, 4, 4});
  CHECK_THROWS_WITH_AS(graph.add("product", "multiply", {squeezed, 0}),
                       doctest::Contains("it cannot multiply 3 x 1 x 1 and 3 x 8 x 8"), ModelError);
  CHECK_THROWS_WITH_AS(graph.add("join", "concat", {0, pooled}),
                       doctest::Contains("it cannot join the channels of 3 x 8 x 8 and 3 x 4 x 4"),
                       ModelError);
}

TEST_CASE("defaults are filled in and the stride of a pool is its kernel") {
  Graph graph({3, 9, 9});
  const int conv = graph.add("conv", "conv2d", {0}, {{"out_channels", 4}, {"kernel", 3}});
  CHECK(graph.nodes()[conv].attributes.size() == 7);
  CHECK(graph.nodes()[conv].integer("stride") == 1);
  CHECK(graph.nodes()[conv].flag("bias"));
  const int unsaid = graph.add("pool1", "max_pool2d", {conv}, {{"kernel", 3}});
  const int zero = graph.add("pool2", "avg_pool2d", {conv}, {{"kernel", 3}, {"stride", 0}});
  CHECK(graph.nodes()[unsaid].integer("stride") == 3);
  CHECK(graph.nodes()[zero].integer("stride") == 3);
  const int dropped = graph.add("drop", "dropout", {conv}, {{"rate", 0}});
  CHECK(graph.nodes()[dropped].number("rate") == 0.0);
}

TEST_CASE("attributes are read by type") {
  Graph graph({3, 9, 9});
  const int conv = graph.add("conv", "conv2d", {0}, {{"out_channels", 4}, {"kernel", 3}});
  const Node& node = graph.nodes()[conv];
  CHECK_THROWS_WITH_AS(node.number("kernel"), doctest::Contains("kernel is a whole number, not a number"),
                       ModelError);
  CHECK_THROWS_WITH_AS(node.text("padding"), doctest::Contains("not a text"), ModelError);
  CHECK_THROWS_WITH_AS(node.integer("size"), doctest::Contains("there is no attribute 'size'"), ModelError);
}
