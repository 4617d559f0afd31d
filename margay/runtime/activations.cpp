// Activations: alone, and at the end of another primitive.
#include <algorithm>
#include <array>
#include <optional>

#include "margay/core/error.h"
#include "margay/runtime/operators.h"
#include "margay/runtime/primitive_descs.h"

namespace margay::runtime {
namespace {

/// One of oneDNN's functions of single values.
struct Eltwise {
  dnnl::algorithm algorithm;
  float alpha = 0, beta = 0;
};

/// Functions that make an activation, one applied to the result of the other.
struct Activation {
  std::string_view op;
  Eltwise first;
  std::optional<Eltwise> second = std::nullopt;
  std::string_view alpha = {};  ///< the attribute that is alpha of the first
};

const std::array kActivations{
    Activation{"relu", {dnnl::algorithm::eltwise_relu}},
    Activation{"relu6", {dnnl::algorithm::eltwise_clip, 0, 6}},
    Activation{"leaky_relu", {dnnl::algorithm::eltwise_relu}, std::nullopt, "slope"},
    Activation{"elu", {dnnl::algorithm::eltwise_elu}, std::nullopt, "alpha"},
    Activation{"tanh", {dnnl::algorithm::eltwise_tanh}},
    Activation{"sigmoid", {dnnl::algorithm::eltwise_logistic}},
    Activation{"hardsigmoid",
               {dnnl::algorithm::eltwise_linear, 1.0f / 6, 0.5f},
               Eltwise{dnnl::algorithm::eltwise_clip, 0, 1}},
    Activation{"silu", {dnnl::algorithm::eltwise_swish, 1}},
    Activation{"hardswish", {dnnl::algorithm::eltwise_hardswish, 1.0f / 6, 0.5f}},
    Activation{"gelu", {dnnl::algorithm::eltwise_gelu_erf}},
};

/// That of a node, with its attribute.
Activation activation_of(const graph::Node& node) {
  const auto found = std::find_if(kActivations.begin(), kActivations.end(),
                                  [&](const Activation& row) { return row.op == node.op; });
  require<ModelError>(found != kActivations.end(), "runtime",
                      fmt::format("the activation '{}' cannot be executed", node.op));
  Activation activation = *found;
  if (!activation.alpha.empty()) activation.first.alpha = static_cast<float>(node.number(activation.alpha));
  return activation;
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
int emit_activation(StepContext& context) {
  const Activation activation = activation_of(context.node());
  const int output = emit_function(context, activation.first, context.inputs[0]);
  return activation.second ? emit_function(context, *activation.second, output) : output;
}

}  // namespace

dnnl::primitive_attr attributes_of(const StepContext& context) {
  dnnl::primitive_attr attributes;
  if (context.step.activation < 0) return attributes;
  const Activation activation = activation_of(context.graph.nodes()[context.step.activation]);
  dnnl::post_ops after;
  append(after, activation.first);
  if (activation.second) append(after, *activation.second);
  attributes.set_post_ops(after);
  return attributes;
}

OperatorRow activation_row(std::string_view op) {
  return {op, emit_activation};
}

}  // namespace margay::runtime
