// Walks back from the output.
#include "margay/graph/logits.h"

#include <algorithm>
#include <array>
#include <string>

#include "margay/core/error.h"
#include "margay/graph/operator.h"

namespace margay::graph {
namespace {

template <size_t count>
bool is_one_of(const std::array<std::string_view, count>& names, std::string_view op) {
  return std::find(names.begin(), names.end(), op) != names.end();
}

bool changes_no_value(std::string_view op) {
  return is_one_of(std::array<std::string_view, 6>{"flatten", "dropout", "stochastic_depth", "tokens",
                                                   "feature_map", "first_token"},
                   op);
}

bool is_pooling(std::string_view op) {
  return op.find("_pool2d") != op.npos;
}

/// A bound on both sides stays one when pixels are averaged.
bool is_bounded(std::string_view op) {
  return is_one_of(std::array<std::string_view, 4>{"sigmoid", "hardsigmoid", "tanh", "relu6"}, op);
}

/// Is nothing, or nearly so, on one side of zero; leaky_relu is not.
bool silences_one_side(std::string_view op) {
  return find_operator(op).is_activation && op != "leaky_relu";
}

bool drops_values(std::string_view op) {
  return op == "dropout" || op == "stochastic_depth";
}

/// Why `node` cannot stand behind the last layer with weights; empty when it can. flatten can, since it
/// changes no number.
std::string reason_against_behind(const Node& node, bool pooled) {
  if (drops_values(node.op))
    return fmt::format(
        "{} ({}) stands behind the last layer with weights, where in training it would drop the logits "
        "themselves",
        node.op, node.name);
  if (node.op == "batch_norm2d" && !pooled)
    return fmt::format(
        "the network ends with batch_norm2d ({}), which makes the logits of a picture depend on the others "
        "of its batch",
        node.name);
  return {};
}

/// Why the node `node` cannot give the logits; empty when it can.
std::string reason_against(const Node& node, bool pooled, int64_t logits) {
  const bool few = logits <= kFewLogits;
  const bool cuts_all = pooled ? is_bounded(node.op) : find_operator(node.op).is_activation;
  if (cuts_all || (few && silences_one_side(node.op)))
    return fmt::format(
        "the network ends with the activation {} ({}){}, expected the outputs of its last linear layer or "
        "convolution: margay applies sigmoid or softmax itself",
        node.op, node.name,
        cuts_all      ? ""
        : logits == 1 ? ", which takes the sign from the one logit of two classes"
                      : ", which may silence both of its two logits");
  if (node.op == "layer_norm" && few)
    return fmt::format("the network ends with layer_norm ({}), which makes {}, whatever the picture shows",
                       node.name,
                       logits == 1 ? "its one logit a constant" : "its two logits the same two numbers");
  return {};
}

}  // namespace

void require_logits(const Graph& graph, std::string_view where) {
  bool pooled = false;
  std::string reason;
  int at = graph.output();
  const auto node = [&]() -> const Node& { return graph.nodes()[static_cast<size_t>(at)]; };
  while (at > 0 && (changes_no_value(node().op) || is_pooling(node().op))) {
    pooled = pooled || is_pooling(node().op);
    if (reason.empty()) reason = reason_against_behind(node(), pooled);
    at = node().inputs[0];
  }
  if (at == 0) return;
  if (reason.empty()) reason = reason_against_behind(node(), pooled);
  // Of two layers too many, the one that decides more is named.
  if (std::string more = reason_against(node(), pooled, graph.output_shape().back()); !more.empty())
    reason = std::move(more);
  if (!reason.empty())
    throw ModelError(where, reason,
                     "leave that layer out, or put it before the last one, which is op = \"linear\", "
                     "out_features = \"classes\"");
}

}  // namespace margay::graph
