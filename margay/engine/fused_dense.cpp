// linear of plain rows, with relu behind it or without.
#include "margay/engine/autograd.h"
#include "margay/engine/fused_operator.h"
#include "margay/fused/dense.h"
#include "margay/graph/operators/activations.h"
#include "margay/graph/operators/linear.h"

namespace margay::engine {
namespace {

using Variables = torch::autograd::variable_list;

const uint16_t* bits_of(const at::Tensor& tensor) {
  return reinterpret_cast<const uint16_t*>(tensor.data_ptr<at::BFloat16>());
}
uint16_t* bits_to(const at::Tensor& tensor) {
  return reinterpret_cast<uint16_t*>(tensor.data_ptr<at::BFloat16>());
}

/// The kernel outlives the graph of gradients, which lives for a step. `narrow` is `weight` as bfloat16.
struct DenseFunction : torch::autograd::Function<DenseFunction> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& input,
                            const at::Tensor& weight, const at::Tensor& narrow,
                            const c10::optional<at::Tensor>& bias, int64_t kernel_address, bool relu) {
    auto* kernel = reinterpret_cast<fused::Dense*>(kernel_address);
    const at::Tensor output = at::empty({input.size(0), weight.size(0)}, input.options());
    kernel->forward(input.size(0), bits_of(input), bits_of(narrow), bias ? bias->data_ptr<float>() : nullptr,
                    bits_to(output));
    context->save_for_backward({input, weight, narrow, relu ? output : at::Tensor()});
    context->saved_data["kernel"] = kernel_address;
    context->saved_data["input_gradient"] = input.requires_grad();
    context->saved_data["bias"] = bias.has_value();
    return output;
  }

  static Variables backward(torch::autograd::AutogradContext* context, const Variables& gradients) {
    const Variables saved = context->get_saved_variables();
    const at::Tensor &input = saved[0], &weight = saved[1], &narrow = saved[2], &output = saved[3];
    auto* kernel = reinterpret_cast<fused::Dense*>(context->saved_data["kernel"].toInt());
    const at::Tensor gradient = gradients[0].to(at::kBFloat16).contiguous();
    at::Tensor input_gradient, bias_gradient;
    if (context->saved_data["input_gradient"].toBool()) input_gradient = at::empty_like(input);
    if (context->saved_data["bias"].toBool()) bias_gradient = at::empty({weight.size(0)}, weight.options());
    const at::Tensor weight_gradient = at::empty_like(weight);
    kernel->backward(input.size(0),
                     {.input = bits_of(input),
                      .weight = bits_of(narrow),
                      .output = output.defined() ? bits_of(output) : nullptr,
                      .output_gradient = bits_of(gradient)},
                     {.input = input_gradient.defined() ? bits_to(input_gradient) : nullptr,
                      .weight = weight_gradient.data_ptr<float>(),
                      .bias = bias_gradient.defined() ? bias_gradient.data_ptr<float>() : nullptr});
    return {input_gradient, weight_gradient, at::Tensor(), bias_gradient, at::Tensor(), at::Tensor()};
  }
};

class FusedDense : public FusedOperator {
 public:
  explicit FusedDense(const fused::DenseSpec& spec) : kernels_(spec) {}

  bool is_usable(const FusedCall& call) override { return kernels_.find(call.type); }

  at::Tensor run(const FusedCall& call) override {
    const fused::DenseSpec& spec = kernels_.spec();
    const at::Tensor& weight = call.parameters[0];
    return DenseFunction::apply(call.inputs[0].to(at::kBFloat16).contiguous(), weight, narrowed(weight),
                                spec.bias ? c10::make_optional(call.parameters[1]) : c10::nullopt,
                                reinterpret_cast<int64_t>(kernels_.find(call.type)), spec.relu);
  }

 private:
  /// Made anew when the weights have changed, not with every pass.
  at::Tensor narrowed(const at::Tensor& weight) {
    const auto version = static_cast<int64_t>(weight._version());
    if (version != version_) {
      const c10::InferenceMode kept(false);  // a training may use what a validation made
      narrow_ = at::empty(weight.sizes(), weight.options().dtype(at::kBFloat16));
      fused::to_bfloat16(weight.numel(), weight.data_ptr<float>(), bits_to(narrow_));
      version_ = version;
    }
    return narrow_;
  }

  Kernels<fused::Dense, fused::DenseSpec> kernels_;
  at::Tensor narrow_;
  int64_t version_ = -1;
};

/// Smaller layers, such as the last one, are as fast the plain way.
constexpr int64_t kFewestWeights = 1 << 14;

}  // namespace

std::optional<Chain> find_dense_chain(const GraphView& view, int node) {
  const auto linear = graph::as<graph::Linear>(view.node(node));
  const std::vector<int>& inputs = view.node(node).inputs;
  if (!linear || view.graph.shape(inputs[0]).size() != 1) return std::nullopt;
  fused::DenseSpec spec{.in_features = view.graph.shape(inputs[0])[0],
                        .out_features = linear->out_features,
                        .bias = linear->bias};
  if (spec.in_features * spec.out_features < kFewestWeights) return std::nullopt;
  Chain chain{{node}, inputs, nullptr};
  if (const int relu = view.only_reader(node); relu >= 0 && graph::is<graph::Relu>(view.node(relu))) {
    spec.relu = true;
    chain.nodes.push_back(relu);
  }
  chain.fused = std::make_shared<FusedDense>(spec);
  return chain;
}

}  // namespace margay::engine
