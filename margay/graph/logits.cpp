// Walks back from the output.
#include "margay/graph/logits.h"

#include <algorithm>
#include <array>

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

bool is_bounded(std::string_view op) {
  return is_one_of(std::array<std::string_view, 5>{"sigmoid", "hardsigmoid", "softmax", "tanh", "relu6"}, op);
}

}  // namespace

void require_logits(const Graph& graph, std::string_view where) {
  bool pooled = false;
  int at = graph.output();
  const auto op = [&]() -> const std::string& { return graph.nodes()[static_cast<size_t>(at)].op; };
  while (at > 0 && (changes_no_value(op()) || is_pooling(op()))) {
    pooled = pooled || is_pooling(op());
    at = graph.nodes()[static_cast<size_t>(at)].inputs[0];
  }
  const bool cut = pooled ? is_bounded(op()) : find_operator(op()).is_activation;
  if (!cut) return;
  const std::string& name = graph.nodes()[static_cast<size_t>(at)].name;
  throw ModelError(
      where,
      fmt::format("the network ends with the activation {} ({}), expected the outputs of its last "
                  "linear layer: margay applies sigmoid or softmax itself",
                  op(), name),
      "leave that layer out; the last one is op = \"linear\", out_features = \"classes\"");
}

}  // namespace margay::graph
