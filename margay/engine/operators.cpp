// The operators in terms of ATen.
#include "margay/engine/operators.h"

#include <array>

#include "margay/core/error.h"
#include "margay/engine/dropout.h"

namespace margay::engine {
namespace {

/// A parameter that the node may lack, such as a bias.
c10::optional<at::Tensor> optional_parameter(const OperatorCall& call, size_t index) {
  if (index >= call.parameters.size()) return c10::nullopt;
  return call.parameters[index];
}

at::Tensor execute_input(const OperatorCall& call) {
  return call.inputs[0];
}

at::Tensor execute_conv2d(const OperatorCall& call) {
  const graph::Node& node = call.node;
  return at::conv2d(call.inputs[0], call.parameters[0], optional_parameter(call, 1), node.integer("stride"),
                    node.integer("padding"), node.integer("dilation"), node.integer("groups"));
}

at::Tensor execute_batch_norm2d(const OperatorCall& call) {
  const double momentum = call.context.batch_norm_momentum.value_or(call.node.number("momentum"));
  return at::batch_norm(call.inputs[0], call.parameters[0], call.parameters[1], call.parameters[2],
                        call.parameters[3], call.context.training, momentum, call.node.number("eps"), false);
}

at::Tensor execute_relu(const OperatorCall& call) {
  at::Tensor input = call.inputs[0];
  return call.may_overwrite_input ? input.relu_() : at::relu(input);
}

at::Tensor execute_relu6(const OperatorCall& call) {
  at::Tensor input = call.inputs[0];
  return call.may_overwrite_input ? at::hardtanh_(input, 0, 6) : at::hardtanh(input, 0, 6);
}

at::Tensor execute_sigmoid(const OperatorCall& call) {
  return at::sigmoid(call.inputs[0]);
}

at::Tensor execute_hardsigmoid(const OperatorCall& call) {
  return at::hardsigmoid(call.inputs[0]);
}

at::Tensor execute_silu(const OperatorCall& call) {
  return at::silu(call.inputs[0]);
}

at::Tensor execute_hardswish(const OperatorCall& call) {
  return at::hardswish(call.inputs[0]);
}

at::Tensor execute_gelu(const OperatorCall& call) {
  return at::gelu(call.inputs[0]);
}

at::Tensor execute_max_pool2d(const OperatorCall& call) {
  const graph::Node& node = call.node;
  return at::max_pool2d(call.inputs[0], node.integer("kernel"), node.integer("stride"),
                        node.integer("padding"), 1, node.flag("ceil_mode"));
}

at::Tensor execute_avg_pool2d(const OperatorCall& call) {
  const graph::Node& node = call.node;
  return at::avg_pool2d(call.inputs[0], node.integer("kernel"), node.integer("stride"),
                        node.integer("padding"), node.flag("ceil_mode"), node.flag("count_include_pad"));
}

at::Tensor execute_global_avg_pool2d(const OperatorCall& call) {
  return call.inputs[0].mean({2, 3});
}

at::Tensor execute_flatten(const OperatorCall& call) {
  return at::flatten(call.inputs[0], 1);
}

at::Tensor execute_linear(const OperatorCall& call) {
  return at::linear(call.inputs[0], call.parameters[0], optional_parameter(call, 1));
}

at::Tensor execute_dropout(const OperatorCall& call) {
  const double rate = call.node.number("rate");
  if (!call.context.training || rate == 0) return call.inputs[0];
  const ForwardContext& context = call.context;
  return keyed_dropout(call.inputs[0],
                       dropout_keys(context.seed, context.epoch, context.samples, call.node.name), rate);
}

at::Tensor execute_add(const OperatorCall& call) {
  return call.inputs[0] + call.inputs[1];
}

constexpr std::array kExecutions{
    // Outputs that only hand on their input count as saved: overwriting them would overwrite what others
    // read.
    OperatorExecution{"input", execute_input, true},
    OperatorExecution{"conv2d", execute_conv2d, false},
    OperatorExecution{"batch_norm2d", execute_batch_norm2d, false},
    OperatorExecution{"relu", execute_relu, true},
    OperatorExecution{"relu6", execute_relu6, true},
    OperatorExecution{"sigmoid", execute_sigmoid, true},
    OperatorExecution{"hardsigmoid", execute_hardsigmoid, false},
    OperatorExecution{"silu", execute_silu, false},
    OperatorExecution{"hardswish", execute_hardswish, false},
    OperatorExecution{"gelu", execute_gelu, false},
    OperatorExecution{"max_pool2d", execute_max_pool2d, false},
    OperatorExecution{"avg_pool2d", execute_avg_pool2d, false},
    OperatorExecution{"global_avg_pool2d", execute_global_avg_pool2d, false},
    OperatorExecution{"flatten", execute_flatten, true},
    OperatorExecution{"linear", execute_linear, false},
    OperatorExecution{"dropout", execute_dropout, true},
    OperatorExecution{"add", execute_add, false},
};

}  // namespace

std::span<const OperatorExecution> operator_executions() {
  return kExecutions;
}

const OperatorExecution& find_execution(std::string_view op) {
  for (const OperatorExecution& row : kExecutions)
    if (row.op == op) return row;
  throw ModelError("engine", fmt::format("no way to execute the operator '{}'", op));
}

}  // namespace margay::engine
