// Activations. In place, where nobody reads the input any more.
#include "margay/graph/operators/activations.h"

#include "margay/engine/autograd.h"
#include "margay/engine/operators.h"
#include "margay/graph/operators/elu.h"
#include "margay/graph/operators/leaky_relu.h"

namespace margay::engine {
namespace {

at::Tensor execute(const graph::Relu&, const OperatorCall& call) {
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

at::Tensor execute(const graph::Relu6&, const OperatorCall& call) {
  return Relu6::apply(call.inputs[0], call.may_overwrite_input);
}

at::Tensor execute(const graph::LeakyRelu& relu, const OperatorCall& call) {
  return at::leaky_relu(call.inputs[0], relu.slope);
}

at::Tensor execute(const graph::Elu& elu, const OperatorCall& call) {
  return at::elu(call.inputs[0], elu.alpha);
}

at::Tensor execute(const graph::Tanh&, const OperatorCall& call) {
  return at::tanh(call.inputs[0]);
}

at::Tensor execute(const graph::Sigmoid&, const OperatorCall& call) {
  return at::sigmoid(call.inputs[0]);
}

at::Tensor execute(const graph::Hardsigmoid&, const OperatorCall& call) {
  return at::hardsigmoid(call.inputs[0]);
}

at::Tensor execute(const graph::Silu&, const OperatorCall& call) {
  return at::silu(call.inputs[0]);
}

at::Tensor execute(const graph::Hardswish&, const OperatorCall& call) {
  return at::hardswish(call.inputs[0]);
}

at::Tensor execute(const graph::Gelu&, const OperatorCall& call) {
  return at::gelu(call.inputs[0]);
}

}  // namespace

std::vector<OperatorExecution> activation_rows() {
  return {executed_by<graph::Relu>(execute),        executed_by<graph::Relu6>(execute),
          executed_by<graph::LeakyRelu>(execute),   executed_by<graph::Elu>(execute),
          executed_by<graph::Tanh>(execute),        executed_by<graph::Sigmoid>(execute),
          executed_by<graph::Hardsigmoid>(execute), executed_by<graph::Silu>(execute),
          executed_by<graph::Hardswish>(execute),   executed_by<graph::Gelu>(execute)};
}

}  // namespace margay::engine
