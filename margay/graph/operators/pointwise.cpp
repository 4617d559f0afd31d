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

Shape infer_elu_shape(const Node& node, std::span<const Shape> inputs) {
  if (node.number("alpha") < 0)
    reject(node, fmt::format("alpha is {}, it must be at least 0", node.number("alpha")));
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

/// With s(x) = 1 / (1 + exp(-x)) and h(x) = min(max(x / 6 + 1/2, 0), 1).
Operator activation_row(std::string_view name) {
  struct Formula {
    std::string_view name;
    LayerWords words;
  };
  static constexpr Formula kFormulas[] = {
      {"relu", {"max(x, 0)", "{ op = \"relu\" }"}},
      {"relu6", {"min(max(x, 0), 6)", "{ op = \"relu6\" }"}},
      {"sigmoid", {"1 / (1 + exp(-x))", "{ op = \"sigmoid\" }"}},
      {"tanh", {"The hyperbolic tangent", "{ op = \"tanh\" }"}},
      {"hardsigmoid", {"min(max(x / 6 + 1/2, 0), 1)", "{ op = \"hardsigmoid\" }"}},
      {"silu", {"x / (1 + exp(-x)), also called swish", "{ op = \"silu\" }"}},
      {"hardswish", {"x min(max(x / 6 + 1/2, 0), 1)", "{ op = \"hardswish\" }"}},
      {"gelu", {"x times the normal distribution of x", "{ op = \"gelu\" }"}}};
  LayerWords words;
  for (const Formula& formula : kFormulas)
    if (formula.name == name) words = formula.words;
  return {.name = name, .words = words, .infer_shape = same_shape, .is_activation = true};
}

Operator leaky_relu_row() {
  return {.name = "leaky_relu",
          .words = {"x above 0, slope x below", "{ op = \"leaky_relu\", slope = 0.1 }"},
          .attributes = {{"slope", 0.01, "of what is below 0; Keras has 0.3"}},
          .infer_shape = same_shape,
          .is_activation = true};
}

/// Clevert et al. 2015.
Operator elu_row() {
  return {.name = "elu",
          .words = {"x above 0, alpha (exp(x) - 1) below", "{ op = \"elu\" }"},
          .attributes = {{"alpha", 1.0, "minus the limit far below 0"}},
          .infer_shape = infer_elu_shape,
          .is_activation = true};
}

/// Inverted dropout (Srivastava et al. 2014): while training, values are zeroed with probability `rate` and
/// the others divided by 1 - rate; afterwards it does nothing.
Operator dropout_row() {
  return {.name = "dropout",
          .words = {"In training each value becomes 0 with this probability, and the others grow in turn",
                    "{ op = \"dropout\", rate = 0.2 }"},
          .attributes = {{"rate", 0.5, "probability"}},
          .infer_shape = infer_dropout_shape};
}

/// Drops the whole input of a picture with probability `rate` while training and divides it by 1 - rate
/// otherwise (Huang et al. 2016; torchvision's mode "row"); afterwards it does nothing.
Operator stochastic_depth_row() {
  return {.name = "stochastic_depth",
          .words =
              {"In training the whole input of a picture becomes 0 with this probability, before an addition",
               "{ op = \"conv2d\", out_channels = 3, kernel = 3, padding = \"same\" },\n"
               "{ op = \"stochastic_depth\", rate = 0.1, name = \"branch\" },\n"
               "{ op = \"add\", inputs = [\"branch\", \"input\"] }"},
          .attributes = {{"rate", 0.2, "probability"}},
          .infer_shape = infer_dropout_shape};
}

}  // namespace margay::graph
