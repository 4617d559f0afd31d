// Attributes: what every operator declares, how nodes are bound to it, and what is in its limits.
#include "margay/graph/attributes.h"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "margay/core/error.h"
#include "margay/graph/compound_layers.h"
#include "margay/graph/layer_reference.h"
#include "margay/graph/operators/all.h"
#include "tests/support/graphs.h"

using namespace margay;
using namespace margay::graph;

namespace {

using Attributes = std::map<std::string, Attribute>;

/// A node that was checked, without shapes.
Node checked(std::string_view op, Attributes attributes) {
  Node node{"node", std::string(op), {}, std::move(attributes)};
  complete_attributes(node, find_operator(op).attributes);
  return node;
}

template <class Op>
Op bound_from(Attributes attributes) {
  return bind<Op>(checked(Op::kOp, std::move(attributes)));
}

/// A value inside the limits that is not the default.
Attribute other_value(const AttributeSpec& spec, int number) {
  if (const auto* flag = std::get_if<bool>(&spec.default_value)) return !*flag;
  if (std::holds_alternative<int64_t>(spec.default_value)) return int64_t{2 + number};
  return 0.25 + number / 100.0;
}

template <class Op>
void check_way_to_struct_and_back() {
  CAPTURE(Op::kOp);
  const Operator& row = find_operator(Op::kOp);
  Attributes given;
  for (const AttributeSpec& spec : row.attributes)
    given.emplace(spec.name, other_value(spec, static_cast<int>(given.size())));
  CHECK(attributes_of(bind<Op>(checked(Op::kOp, given))) == given);
}

template <class... Ops>
void check_all(std::type_identity<std::tuple<Ops...>>) {
  (check_way_to_struct_and_back<Ops>(), ...);
}

std::string refusal(std::string_view op, Attributes attributes) {
  try {
    checked(op, std::move(attributes));
  } catch (const ModelError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("every operator's attributes go to its struct and back") {
  check_all(std::type_identity<OperatorTypes>());
}

TEST_CASE("an attribute is the member of its name") {
  const auto conv = bound_from<Conv2d>({{"out_channels", 8},
                                        {"kernel", 3},
                                        {"stride", 2},
                                        {"padding", 1},
                                        {"dilation", 5},
                                        {"groups", 4},
                                        {"bias", false}});
  CHECK(conv.out_channels == 8);
  CHECK(conv.kernel == 3);
  CHECK(conv.stride == 2);
  CHECK(conv.padding == 1);
  CHECK(conv.dilation == 5);
  CHECK(conv.groups == 4);
  CHECK_FALSE(conv.bias);
  const auto norm = bound_from<BatchNorm2d>({{"eps", 0.5}, {"momentum", 0.25}, {"initial_scale", 0}});
  CHECK(norm.eps == 0.5);
  CHECK(norm.momentum == 0.25);
  CHECK(norm.initial_scale == 0);
  const auto pool = bound_from<AvgPool2d>(
      {{"kernel", 5}, {"stride", 3}, {"padding", 2}, {"ceil_mode", true}, {"count_include_pad", false}});
  CHECK(pool.kernel == 5);
  CHECK(pool.stride == 3);
  CHECK(pool.padding == 2);
  CHECK(pool.ceil_mode);
  CHECK_FALSE(pool.count_include_pad);
  const auto largest = bound_from<MaxPool2d>({{"kernel", 5}, {"padding", 2}});
  CHECK(largest.stride == 5);
  CHECK(largest.padding == 2);
  CHECK_FALSE(largest.ceil_mode);
  const auto linear = bound_from<Linear>({{"out_features", 7}, {"bias", false}});
  CHECK(linear.out_features == 7);
  CHECK_FALSE(linear.bias);
  const auto map = bound_from<FeatureMap>({{"height", 7}, {"width", 4}});
  CHECK(map.height == 7);
  CHECK(map.width == 4);
  CHECK(bound_from<GlobalAvgPool2d>({{"keep_map", true}}).keep_map);
  CHECK(bound_from<GlobalMaxPool2d>({{"keep_map", true}}).keep_map);
  CHECK(bound_from<LeakyRelu>({{"slope", 0.3}}).slope == 0.3);
  CHECK(bound_from<Elu>({{"alpha", 0.3}}).alpha == 0.3);
  CHECK(bound_from<Dropout>({{"rate", 0.3}}).rate == 0.3);
  CHECK(bound_from<StochasticDepth>({{"rate", 0.3}}).rate == 0.3);
  CHECK(bound_from<LayerNorm>({{"eps", 0.3}}).eps == 0.3);
  CHECK(bound_from<LayerScale>({{"initial", 0.3}}).initial == 0.3);
  CHECK(bound_from<SelfAttention>({{"heads", 3}}).heads == 3);
}

TEST_CASE("a node is bound as what it is") {
  const Graph graph = test::single_node({3, 8, 8}, "relu6");
  const Node& node = graph.nodes().back();
  CHECK(is<Relu6>(node));
  CHECK_FALSE(is<Relu>(node));
  CHECK(as<Relu6>(node).has_value());
  CHECK_FALSE(as<Conv2d>(node).has_value());
  CHECK_THROWS_WITH_AS(bind<Conv2d>(node), doctest::Contains("node 'node' (relu6): it is no conv2d"),
                       ModelError);
}

TEST_CASE("defaults are those of the struct, and inside their limits") {
  const Node conv = checked("conv2d", {{"out_channels", 1}, {"kernel", 1}});
  CHECK(conv.integer("stride") == Conv2d{}.stride);
  CHECK(conv.flag("bias") == Conv2d{}.bias);
  CHECK(checked("dropout", {}).number("rate") == Dropout{}.rate);
  for (const Layer& layer : layers())
    for (const AttributeSpec& spec : layer.attributes) {
      CAPTURE(layer.name);
      CAPTURE(spec.name);
      const auto* whole = std::get_if<int64_t>(&spec.default_value);
      const auto* real = std::get_if<double>(&spec.default_value);
      if (spec.required || (whole == nullptr && real == nullptr)) continue;
      CHECK(spec.limits.contain(whole != nullptr ? static_cast<double>(*whole) : *real));
    }
}

TEST_CASE("a value beyond the limits is refused with them, whatever the attribute") {
  int seen = 0;
  for (const Operator& row : operators())
    for (const AttributeSpec& spec : row.attributes) {
      CAPTURE(row.name);
      CAPTURE(spec.name);
      Attributes given;
      for (const AttributeSpec& other : row.attributes) given.emplace(other.name, other_value(other, 0));
      const bool is_whole = std::holds_alternative<int64_t>(spec.default_value);
      const auto refuses = [&](double value) {
        given[std::string(spec.name)] = is_whole ? Attribute(static_cast<int64_t>(value)) : Attribute(value);
        const std::string expected =
            fmt::format("{} is {}, it must be {}", spec.name, value, to_string(spec.limits));
        CHECK(refusal(row.name, given).find(expected) != std::string::npos);
        ++seen;
      };
      // A whole number below 0 is none, whatever the limits.
      const double below =
          spec.limits.without_least ? spec.limits.least : spec.limits.least - (is_whole ? 1 : 0.25);
      if (std::isfinite(spec.limits.least)) refuses(below);
      const double above =
          spec.limits.without_most ? spec.limits.most : spec.limits.most + (is_whole ? 1 : 0.25);
      if (std::isfinite(spec.limits.most)) refuses(above);
    }
  CHECK(seen >= 17);
}

TEST_CASE("limits in words") {
  CHECK(to_string(Limits{}) == "");
  CHECK(to_string(at_least(1)) == "at least 1");
  CHECK(to_string(greater_than(0)) == "greater than 0");
  CHECK(to_string(from_to(0, 1)) == "from 0 to 1");
  CHECK(to_string(Limits{.least = 0, .most = 1, .without_most = true}) == "at least 0 and below 1");
  CHECK(to_string(Limits{.most = 4}) == "at most 4");
}

TEST_CASE("facts of the table agree with each other") {
  std::set<std::string_view> names, others;
  for (const Operator& row : operators()) {
    CAPTURE(row.name);
    CHECK(names.insert(row.name).second);
    for (const std::string_view other : row.other_names) CHECK(others.insert(other).second);
    if (row.is_alias) CHECK(row.changes_no_value);
    if (row.drops_values) CHECK(row.is_alias);
    if (row.is_bounded || row.silences_one_side) CHECK(row.is_activation);
    if (row.goes_behind_max_pool) CHECK(row.is_activation);
    if (row.takes_batch_norm || row.has_weight_matrix) CHECK(row.parameters != nullptr);
    if (row.has_weight_matrix) CHECK(row.flops != nullptr);
    if (row.is_alias || row.is_activation || row.is_pooling) CHECK(row.parameters == nullptr);
  }
  for (const CompoundLayer& layer : compound_layers()) {
    CHECK(names.insert(layer.name).second);
    for (const std::string_view other : layer.other_names) CHECK(others.insert(other).second);
  }
}

TEST_CASE("parameters are named in the order in which executors get them") {
  const auto names_of = [](const Graph& graph) { return parameter_names_of(graph, graph.output()); };
  const auto conv = names_of(test::single_node({3, 8, 8}, "conv2d", {{"out_channels", 4}, {"kernel", 3}}));
  CHECK(conv.at(Conv2d::kWeight) == "node.weight");
  CHECK(conv.at(Conv2d::kBias) == "node.bias");
  const auto norm = names_of(test::single_node({3, 8, 8}, "batch_norm2d"));
  CHECK(norm.at(BatchNorm2d::kWeight) == "node.weight");
  CHECK(norm.at(BatchNorm2d::kBias) == "node.bias");
  CHECK(norm.at(BatchNorm2d::kRunningMean) == "node.running_mean");
  CHECK(norm.at(BatchNorm2d::kRunningVariance) == "node.running_var");
  const auto linear = names_of(test::single_node({8}, "linear", {{"out_features", 4}}));
  CHECK(linear.at(Linear::kWeight) == "node.weight");
  CHECK(linear.at(Linear::kBias) == "node.bias");
  const auto layer_norm = names_of(test::single_node({8}, "layer_norm"));
  CHECK(layer_norm.at(LayerNorm::kWeight) == "node.weight");
  CHECK(layer_norm.at(LayerNorm::kBias) == "node.bias");
  const auto attention = names_of(test::single_node({7, 6}, "self_attention", {{"heads", 2}}));
  CHECK(attention.at(SelfAttention::kProjectionWeight) == "node.in_proj_weight");
  CHECK(attention.at(SelfAttention::kProjectionBias) == "node.in_proj_bias");
  CHECK(names_of(test::single_node({7, 6}, "class_token")).at(ClassToken::kToken) == "node");
  CHECK(names_of(test::single_node({7, 6}, "position_embedding")).at(PositionEmbedding::kPositions) ==
        "node.pos_embedding");
  CHECK(names_of(test::single_node({3, 8, 8}, "layer_scale")).at(LayerScale::kFactors) == "node.layer_scale");
}
