// Rows of activations without attributes.
#include "margay/graph/operators/activations.h"

namespace margay::graph {
namespace {

/// A function of each value by itself.
template <class Activation>
Operator activation_row(LayerWords words) {
  return {.name = Activation::kOp,
          .words = words,
          .infer_shape = [](const Node&, std::span<const Shape> inputs) { return inputs[0]; },
          .is_activation = true};
}

}  // namespace

Operator Relu::row() {
  Operator row = activation_row<Relu>({"max(x, 0)", "{ op = \"relu\" }"});
  row.silences_one_side = true;
  row.gradient_reads_output = true;
  row.goes_behind_max_pool = true;
  return row;
}

/// It could change places with a max pool too, and would lose its place behind a normalisation, where a
/// training executes it as one with that.
Operator Relu6::row() {
  Operator row = activation_row<Relu6>({"min(max(x, 0), 6)", "{ op = \"relu6\" }"});
  row.is_bounded = row.silences_one_side = true;
  row.gradient_reads_output = true;
  return row;
}

Operator Tanh::row() {
  Operator row = activation_row<Tanh>({"The hyperbolic tangent", "{ op = \"tanh\" }"});
  row.is_bounded = true;
  row.gradient_reads_output = true;
  return row;
}

Operator Sigmoid::row() {
  Operator row = activation_row<Sigmoid>({"1 / (1 + exp(-x))", "{ op = \"sigmoid\" }"});
  row.is_bounded = row.silences_one_side = true;
  row.gradient_reads_output = true;
  return row;
}

Operator Hardsigmoid::row() {
  Operator row = activation_row<Hardsigmoid>({"min(max(x / 6 + 1/2, 0), 1)", "{ op = \"hardsigmoid\" }"});
  row.is_bounded = row.silences_one_side = true;
  return row;
}

Operator Silu::row() {
  Operator row = activation_row<Silu>({"x / (1 + exp(-x)), also called swish", "{ op = \"silu\" }"});
  row.other_names = {"swish"};
  row.silences_one_side = true;
  return row;
}

Operator Hardswish::row() {
  Operator row = activation_row<Hardswish>({"x min(max(x / 6 + 1/2, 0), 1)", "{ op = \"hardswish\" }"});
  row.silences_one_side = true;
  return row;
}

Operator Gelu::row() {
  Operator row = activation_row<Gelu>({"x times the normal distribution of x", "{ op = \"gelu\" }"});
  row.silences_one_side = true;
  return row;
}

}  // namespace margay::graph
