// Activations: alone, and at the end of another primitive.
#include "margay/graph/operators/activations.h"

#include "margay/graph/operators/elu.h"
#include "margay/graph/operators/leaky_relu.h"
#include "margay/runtime/operators.h"
#include "margay/runtime/primitive_descs.h"

namespace margay::runtime {
namespace {

using dnnl::algorithm;

Activation functions_of(const graph::Relu&) {
  return {{algorithm::eltwise_relu}};
}
Activation functions_of(const graph::Relu6&) {
  return {{algorithm::eltwise_clip, 0, 6}};
}
Activation functions_of(const graph::LeakyRelu& relu) {
  return {{algorithm::eltwise_relu, static_cast<float>(relu.slope)}};
}
Activation functions_of(const graph::Elu& elu) {
  return {{algorithm::eltwise_elu, static_cast<float>(elu.alpha)}};
}
Activation functions_of(const graph::Tanh&) {
  return {{algorithm::eltwise_tanh}};
}
Activation functions_of(const graph::Sigmoid&) {
  return {{algorithm::eltwise_logistic}};
}
Activation functions_of(const graph::Hardsigmoid&) {
  return {{algorithm::eltwise_linear, 1.0f / 6, 0.5f}, Eltwise{algorithm::eltwise_clip, 0, 1}};
}
Activation functions_of(const graph::Silu&) {
  return {{algorithm::eltwise_swish, 1}};
}
Activation functions_of(const graph::Hardswish&) {
  return {{algorithm::eltwise_hardswish, 1.0f / 6, 0.5f}};
}
Activation functions_of(const graph::Gelu&) {
  return {{algorithm::eltwise_gelu_erf}};
}

void append(dnnl::post_ops& after, const Eltwise& function) {
  append_eltwise(after, function.algorithm, function.alpha, function.beta);
}

int emit_function(StepContext& context, const Eltwise& function, int input) {
  ProgramBuilder& builder = context.builder;
  const auto chosen = eltwise_desc(builder.engine(), function.algorithm, builder.layout(input),
                                   function.alpha, function.beta);
  const int output = builder.add_value(chosen.dst_desc());
  builder.add(dnnl::eltwise_forward(chosen), {{DNNL_ARG_SRC, input}, {DNNL_ARG_DST, output}});
  return output;
}

/// Each function is a primitive: oneDNN 3 has none of a function behind a function.
template <class Op>
int emit_activation(const Op& attributes, StepContext& context) {
  const Activation activation = functions_of(attributes);
  const int output = emit_function(context, activation.first, context.inputs[0]);
  return activation.second ? emit_function(context, *activation.second, output) : output;
}

template <class Op>
OperatorRow activation_row() {
  OperatorRow row = row_of<Op>(emit_activation);
  row.activation = [](const graph::Node& node) { return functions_of(graph::bind<Op>(node)); };
  return row;
}

}  // namespace

dnnl::primitive_attr attributes_of(const StepContext& context) {
  dnnl::primitive_attr attributes;
  if (context.step.activation < 0) return attributes;
  const graph::Node& node = context.graph.nodes()[context.step.activation];
  const Activation activation = find_row(node.op).activation(node);
  dnnl::post_ops after;
  append(after, activation.first);
  if (activation.second) append(after, *activation.second);
  attributes.set_post_ops(after);
  return attributes;
}

std::vector<OperatorRow> activation_rows() {
  return {activation_row<graph::Relu>(),        activation_row<graph::Relu6>(),
          activation_row<graph::LeakyRelu>(),   activation_row<graph::Elu>(),
          activation_row<graph::Tanh>(),        activation_row<graph::Sigmoid>(),
          activation_row<graph::Hardsigmoid>(), activation_row<graph::Silu>(),
          activation_row<graph::Hardswish>(),   activation_row<graph::Gelu>()};
}

}  // namespace margay::runtime
