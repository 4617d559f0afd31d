// Activations, of which ONNX has some as one node.
#include "margay/graph/operators/activations.h"

#include <numbers>

#include "margay/graph/operators/elu.h"
#include "margay/graph/operators/leaky_relu.h"
#include "margay/onnx/expressions.h"
#include "margay/onnx/operators.h"

namespace margay::onnx {
namespace {

Value hardsigmoid(const Value& x) {
  return x.writer->add("HardSigmoid", {x}, {{"alpha", 1.0f / 6}, {"beta", 0.5f}});
}

Value emit(const graph::Relu&, const NodeContext& context) {
  return context.writer.add("Relu", {context.input()});
}
Value emit(const graph::Relu6&, const NodeContext& context) {
  return context.writer.add("Clip",
                            {context.input(), context.writer.scalar(0.0f), context.writer.scalar(6.0f)});
}
Value emit(const graph::LeakyRelu& relu, const NodeContext& context) {
  return context.writer.add("LeakyRelu", {context.input()}, {{"alpha", static_cast<float>(relu.slope)}});
}
Value emit(const graph::Elu& elu, const NodeContext& context) {
  return context.writer.add("Elu", {context.input()}, {{"alpha", static_cast<float>(elu.alpha)}});
}
Value emit(const graph::Tanh&, const NodeContext& context) {
  return context.writer.add("Tanh", {context.input()});
}
Value emit(const graph::Sigmoid&, const NodeContext& context) {
  return context.writer.add("Sigmoid", {context.input()});
}
Value emit(const graph::Hardsigmoid&, const NodeContext& context) {
  return hardsigmoid(context.input());
}
Value emit(const graph::Silu&, const NodeContext& context) {
  return context.input() * context.writer.add("Sigmoid", {context.input()});
}
/// HardSwish came with opset 14; this is what it stands for.
Value emit(const graph::Hardswish&, const NodeContext& context) {
  return context.input() * hardsigmoid(context.input());
}
/// x (1 + erf(x / sqrt 2)) / 2, in the order in which optimisers of ONNX know it.
Value emit(const graph::Gelu&, const NodeContext& context) {
  GraphWriter& writer = context.writer;
  const Value& x = context.input();
  const Value erf = writer.add("Erf", {x / writer.scalar(std::numbers::sqrt2_v<float>)});
  return x * (erf + writer.scalar(1.0f)) * writer.scalar(0.5f);
}

}  // namespace

std::vector<OperatorRow> activation_rows() {
  return {row_of<graph::Relu>(emit),        row_of<graph::Relu6>(emit), row_of<graph::LeakyRelu>(emit),
          row_of<graph::Elu>(emit),         row_of<graph::Tanh>(emit),  row_of<graph::Sigmoid>(emit),
          row_of<graph::Hardsigmoid>(emit), row_of<graph::Silu>(emit),  row_of<graph::Hardswish>(emit),
          row_of<graph::Gelu>(emit)};
}

}  // namespace margay::onnx
