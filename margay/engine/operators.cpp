// The operators in terms of ATen.
#include "margay/engine/operators.h"

#include <array>
#include <cmath>

#include "margay/core/error.h"
#include "margay/engine/autograd.h"
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

/// One value of each channel, such as a picture alone whose map has shrunk to 1 x 1, has no variance: what
/// was remembered stands in.
at::Tensor execute_batch_norm2d(const OperatorCall& call) {
  const at::Tensor& x = call.inputs[0];
  const bool uses_batch = call.context.uses_batch_statistics() && x.numel() > x.size(1);
  const double momentum = call.context.batch_norm_momentum.value_or(call.node.number("momentum"));
  return at::batch_norm(x, call.parameters[0], call.parameters[1], call.parameters[2], call.parameters[3],
                        uses_batch, momentum, call.node.number("eps"), false);
}

at::Tensor execute_relu(const OperatorCall& call) {
  at::Tensor input = call.inputs[0];
  return call.may_overwrite_input ? input.relu_() : at::relu(input);
}

/// libtorch 1.13 has no gradient of its own relu6 in bfloat16 on the CPU.
struct Relu6 : torch::autograd::Function<Relu6> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, at::Tensor x, bool in_place) {
    const at::Tensor out = in_place ? x.clamp_(0, 6) : x.clamp(0, 6);
    if (in_place) context->mark_dirty({x});
    context->save_for_backward({out});
    return out;
  }

  /// Of what lies above 0, and below 6.
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    const at::Tensor out = context->get_saved_variables()[0];
    const at::Tensor above = at::threshold_backward(gradients[0], out, 0);
    return {at::threshold_backward(above, 6 - out, 0), at::Tensor()};
  }
};

at::Tensor execute_relu6(const OperatorCall& call) {
  return Relu6::apply(call.inputs[0], call.may_overwrite_input);
}

at::Tensor execute_leaky_relu(const OperatorCall& call) {
  return at::leaky_relu(call.inputs[0], call.node.number("slope"));
}

at::Tensor execute_elu(const OperatorCall& call) {
  return at::elu(call.inputs[0], call.node.number("alpha"));
}

at::Tensor execute_tanh(const OperatorCall& call) {
  return at::tanh(call.inputs[0]);
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
  return call.inputs[0].mean({2, 3}, call.node.flag("keep_map"));
}

at::Tensor execute_global_max_pool2d(const OperatorCall& call) {
  const at::Tensor& x = call.inputs[0];
  const at::Tensor largest = at::max_pool2d(x, {x.size(2), x.size(3)});
  return call.node.flag("keep_map") ? largest : largest.flatten(1);
}

at::Tensor execute_flatten(const OperatorCall& call) {
  return at::flatten(call.inputs[0], 1);
}

at::Tensor execute_linear(const OperatorCall& call) {
  return at::linear(call.inputs[0], call.parameters[0], optional_parameter(call, 1));
}

std::vector<uint64_t> keys_of(const OperatorCall& call) {
  const ForwardContext& context = call.context;
  return dropout_keys(context.seed, context.epoch, context.samples, call.node.name);
}

at::Tensor execute_dropout(const OperatorCall& call) {
  const double rate = call.node.number("rate");
  if (!call.context.training || rate == 0) return call.inputs[0];
  return keyed_dropout(call.inputs[0], keys_of(call), rate);
}

at::Tensor execute_stochastic_depth(const OperatorCall& call) {
  const double rate = call.node.number("rate");
  if (!call.context.training || rate == 0) return call.inputs[0];
  return keyed_stochastic_depth(call.inputs[0], keys_of(call), rate);
}

at::Tensor execute_add(const OperatorCall& call) {
  return call.inputs[0] + call.inputs[1];
}

at::Tensor execute_multiply(const OperatorCall& call) {
  return call.inputs[0] * call.inputs[1];
}

at::Tensor execute_concat(const OperatorCall& call) {
  return at::cat({call.inputs[0], call.inputs[1]}, 1);
}

at::Tensor execute_layer_norm(const OperatorCall& call) {
  const at::Tensor &x = call.inputs[0], &weight = call.parameters[0];
  const bool is_map = x.dim() == 4;
  // In the type of the parameters: libtorch 1.13 wants one type of all, and in bfloat16 it sums the gradients
  // of weight and bias up in bfloat16, which of a few thousand rows loses half.
  const at::Tensor rows = (is_map ? x.permute({0, 2, 3, 1}) : x).to(weight.scalar_type());
  const at::Tensor normal =
      at::layer_norm(rows, weight.sizes(), weight, call.parameters[1], call.node.number("eps"))
          .to(x.scalar_type());
  return is_map ? normal.permute({0, 3, 1, 2}) : normal;
}

at::Tensor execute_layer_scale(const OperatorCall& call) {
  return call.inputs[0] * call.parameters[0];
}

at::Tensor execute_tokens(const OperatorCall& call) {
  return call.inputs[0].permute({0, 2, 3, 1}).flatten(1, 2);
}

at::Tensor execute_feature_map(const OperatorCall& call) {
  const at::Tensor& x = call.inputs[0];
  return x.reshape({x.size(0), call.node.integer("height"), call.node.integer("width"), x.size(2)})
      .permute({0, 3, 1, 2});
}

at::Tensor execute_class_token(const OperatorCall& call) {
  const at::Tensor& x = call.inputs[0];
  const at::Tensor token = call.parameters[0].to(x.scalar_type());
  return at::cat({token.expand({x.size(0), 1, x.size(2)}), x}, 1);
}

at::Tensor execute_position_embedding(const OperatorCall& call) {
  return call.inputs[0] + call.parameters[0];
}

at::Tensor execute_self_attention(const OperatorCall& call) {
  const at::Tensor& x = call.inputs[0];
  const int64_t heads = call.node.integer("heads"), size = x.size(2) / heads;
  // [3, N, heads, T, size]
  const at::Tensor projected = at::linear(x, call.parameters[0], call.parameters[1])
                                   .reshape({x.size(0), x.size(1), 3, heads, size})
                                   .permute({2, 0, 3, 1, 4});
  const at::Tensor queries = projected[0] * (1.0 / std::sqrt(static_cast<double>(size)));
  const at::Tensor weights = at::softmax(at::matmul(queries, projected[1].transpose(2, 3)), -1);
  return at::matmul(weights, projected[2]).transpose(1, 2).flatten(2);
}

at::Tensor execute_first_token(const OperatorCall& call) {
  return call.inputs[0].select(1, 0);
}

constexpr std::array kExecutions{
    // Outputs that only hand on their input count as saved: overwriting them would overwrite what others
    // read.
    OperatorExecution{"input", execute_input, true},
    OperatorExecution{"conv2d", execute_conv2d, false},
    OperatorExecution{"batch_norm2d", execute_batch_norm2d, false},
    OperatorExecution{"relu", execute_relu, true},
    OperatorExecution{"relu6", execute_relu6, true},
    OperatorExecution{"leaky_relu", execute_leaky_relu, false},
    OperatorExecution{"elu", execute_elu, false},
    OperatorExecution{"tanh", execute_tanh, true},
    OperatorExecution{"sigmoid", execute_sigmoid, true},
    OperatorExecution{"hardsigmoid", execute_hardsigmoid, false},
    OperatorExecution{"silu", execute_silu, false},
    OperatorExecution{"hardswish", execute_hardswish, false},
    OperatorExecution{"gelu", execute_gelu, false},
    OperatorExecution{"max_pool2d", execute_max_pool2d, false},
    OperatorExecution{"avg_pool2d", execute_avg_pool2d, false},
    OperatorExecution{"global_avg_pool2d", execute_global_avg_pool2d, false},
    OperatorExecution{"global_max_pool2d", execute_global_max_pool2d, true},
    OperatorExecution{"flatten", execute_flatten, true},
    OperatorExecution{"linear", execute_linear, false},
    OperatorExecution{"dropout", execute_dropout, true},
    OperatorExecution{"stochastic_depth", execute_stochastic_depth, true},
    OperatorExecution{"add", execute_add, false},
    OperatorExecution{"multiply", execute_multiply, false},
    OperatorExecution{"concat", execute_concat, false},
    OperatorExecution{"layer_norm", execute_layer_norm, false},
    OperatorExecution{"layer_scale", execute_layer_scale, false},
    OperatorExecution{"tokens", execute_tokens, true},
    OperatorExecution{"feature_map", execute_feature_map, true},
    OperatorExecution{"class_token", execute_class_token, false},
    OperatorExecution{"position_embedding", execute_position_embedding, false},
    OperatorExecution{"self_attention", execute_self_attention, false},
    OperatorExecution{"first_token", execute_first_token, true},
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
