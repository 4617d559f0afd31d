// What works element by element: input, activations, dropout and stochastic depth.
#include "margay/core/error.h"
#include "margay/graph/operators/checks.h"
#include "margay/graph/operators/rows.h"

namespace margay::graph {
namespace {

Shape reject_second_input(const Node& node, std::span<const Shape>) {
  reject(node, "a network has one input, which is there from the start");
}

Shape same_shape(const Node&, std::span<const Shape> inputs) {
  return inputs[0];
}

Shape infer_dropout_shape(const Node& node, std::span<const Shape> inputs) {
  const double rate = node.number("rate");
  if (rate < 0 || rate >= 1)
    reject(node, fmt::format("rate is {}, it must be at least 0 and below 1", rate), "0.2 drops a fifth");
  return inputs[0];
}

}  // namespace

Operator input_row() {
  return {.name = "input", .inputs = 0, .infer_shape = reject_second_input};
}

/// With s(x) = 1 / (1 + exp(-x)) and h(x) = min(max(x / 6 + 1/2, 0), 1): relu max(x, 0), relu6 min(max(x, 0),
/// 6), sigmoid s(x), hardsigmoid h(x), silu x s(x), hardswish x h(x), gelu x Phi(x) with the normal
/// distribution.
Operator activation_row(std::string_view name) {
  return {.name = name, .infer_shape = same_shape, .is_activation = true};
}

/// Inverted dropout (Srivastava et al. 2014): while training, values are zeroed with probability `rate` and
/// the others divided by 1 - rate; afterwards it does nothing.
Operator dropout_row() {
  return {.name = "dropout", .attributes = {{"rate", 0.5}}, .infer_shape = infer_dropout_shape};
}

/// Drops the whole input of a picture with probability `rate` while training and divides it by 1 - rate
/// otherwise (Huang et al. 2016; torchvision's mode "row"); afterwards it does nothing.
Operator stochastic_depth_row() {
  return {.name = "stochastic_depth", .attributes = {{"rate", 0.2}}, .infer_shape = infer_dropout_shape};
}

}  // namespace margay::graph
