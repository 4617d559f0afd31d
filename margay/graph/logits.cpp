// Walks back from the output.
#include "margay/graph/logits.h"

#include <string>

#include "margay/core/error.h"
#include "margay/graph/operator.h"

namespace margay::graph {
namespace {

/// Why `node` cannot stand behind the last layer with weights; empty when it can. flatten can, since it
/// changes no number.
std::string reason_against_behind(const Node& node, bool pooled) {
  const Operator& row = operator_of(node);
  if (row.drops_values)
    return fmt::format(
        "{} ({}) stands behind the last layer with weights, where in training it would drop the logits "
        "themselves",
        node.op, node.name);
  if (row.uses_batch_statistics && !pooled)
    return fmt::format(
        "the network ends with {} ({}), which makes the logits of a picture depend on the others of its "
        "batch",
        node.op, node.name);
  return {};
}

/// Why the node `node` cannot give the logits; empty when it can.
std::string reason_against(const Node& node, bool pooled, int64_t logits) {
  const Operator& row = operator_of(node);
  const bool few = logits <= kFewLogits;
  // A bound on both sides stays one when pixels are averaged.
  const bool cuts_all = pooled ? row.is_bounded : row.is_activation;
  if (cuts_all || (few && row.silences_one_side))
    return fmt::format(
        "the network ends with the activation {} ({}){}, expected the outputs of its last linear layer or "
        "convolution: margay applies sigmoid or softmax itself",
        node.op, node.name,
        cuts_all      ? ""
        : logits == 1 ? ", which takes the sign from the one logit of two classes"
                      : ", which may silence both of its two logits");
  if (row.normalizes_features && few)
    return fmt::format("the network ends with {} ({}), which makes {}, whatever the picture shows", node.op,
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
  while (at > 0 && (operator_of(node()).changes_no_value || operator_of(node()).is_pooling)) {
    pooled = pooled || operator_of(node()).is_pooling;
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
