// conv2d with max_pool2d of 2 x 2 or relu behind it, or both in that order.
#include "margay/engine/autograd.h"
#include "margay/engine/fused_operator.h"
#include "margay/fused/conv_pool.h"
#include "margay/graph/operators/activations.h"
#include "margay/graph/operators/conv2d.h"

namespace margay::engine {
namespace {

using Variables = torch::autograd::variable_list;

/// The kernel outlives the graph of gradients, which lives for a step.
struct ConvPoolFunction : torch::autograd::Function<ConvPoolFunction> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& input,
                            const at::Tensor& weight, const c10::optional<at::Tensor>& bias,
                            int64_t kernel_address, at::IntArrayRef output_sizes, bool pools,
                            bool has_way_back) {
    auto* kernel = reinterpret_cast<fused::ConvPool*>(kernel_address);
    const at::Tensor output = at::empty(output_sizes, input.options(), at::MemoryFormat::ChannelsLast);
    at::Tensor choice;
    if (pools && has_way_back)
      choice = at::empty(output_sizes, input.options().dtype(at::kByte), at::MemoryFormat::ChannelsLast);
    kernel->forward(static_cast<int>(input.size(0)), input.data_ptr(), weight.data_ptr<float>(),
                    bias ? bias->data_ptr<float>() : nullptr, output.data_ptr(),
                    choice.defined() ? choice.data_ptr<uint8_t>() : nullptr);
    context->save_for_backward({input, weight, choice, pools ? at::Tensor() : output});
    context->saved_data["kernel"] = kernel_address;
    context->saved_data["input_gradient"] = input.requires_grad();
    context->saved_data["bias"] = bias.has_value();
    return output;
  }

  static Variables backward(torch::autograd::AutogradContext* context, const Variables& gradients) {
    const Variables saved = context->get_saved_variables();
    const at::Tensor &input = saved[0], &weight = saved[1], &choice = saved[2], &output = saved[3];
    auto* kernel = reinterpret_cast<fused::ConvPool*>(context->saved_data["kernel"].toInt());
    const at::Tensor gradient = in_layout(gradients[0], input.scalar_type());
    at::Tensor input_gradient, bias_gradient, weight_gradient = at::empty_like(weight);
    if (context->saved_data["input_gradient"].toBool()) input_gradient = at::empty_like(input);
    if (context->saved_data["bias"].toBool()) bias_gradient = at::empty({weight.size(0)}, weight.options());
    kernel->backward(static_cast<int>(input.size(0)),
                     {.input = input.data_ptr(),
                      .weight = weight.data_ptr<float>(),
                      .output = output.defined() ? output.data_ptr() : nullptr,
                      .choice = choice.defined() ? choice.data_ptr<uint8_t>() : nullptr,
                      .output_gradient = gradient.data_ptr()},
                     {.input = input_gradient.defined() ? input_gradient.data_ptr() : nullptr,
                      .weight = weight_gradient.data_ptr<float>(),
                      .bias = bias_gradient.defined() ? bias_gradient.data_ptr<float>() : nullptr});
    return {input_gradient, weight_gradient, bias_gradient, at::Tensor(),
            at::Tensor(),   at::Tensor(),    at::Tensor()};
  }
};

class FusedConvPool : public FusedOperator {
 public:
  explicit FusedConvPool(const fused::ConvPoolSpec& spec) : kernels_(spec) {}

  bool is_usable(const FusedCall& call) override { return kernels_.find(call.type); }

  at::Tensor run(const FusedCall& call) override {
    const fused::ConvPoolSpec& spec = kernels_.spec();
    const at::Tensor& input = call.inputs[0];
    const int64_t sizes[] = {input.size(0), spec.convolution.out_channels, spec.out_height(),
                             spec.out_width()};
    return ConvPoolFunction::apply(
        in_layout(input, call.type), call.parameters[0].contiguous(at::MemoryFormat::ChannelsLast),
        spec.convolution.bias ? c10::make_optional(call.parameters[1]) : c10::nullopt,
        reinterpret_cast<int64_t>(kernels_.find(call.type)), at::IntArrayRef(sizes), spec.pool,
        at::GradMode::is_enabled());
  }

 private:
  Kernels<fused::ConvPool, fused::ConvPoolSpec> kernels_;
};

}  // namespace

std::optional<Chain> find_convolution_chain(const GraphView& view, int node) {
  if (!graph::is<graph::Conv2d>(view.node(node))) return std::nullopt;
  Chain chain{{node}, view.node(node).inputs, nullptr};
  fused::ConvPoolSpec spec{.convolution = convolution_spec(view.graph, node)};
  const auto next = [&] { return view.only_reader(chain.nodes.back()); };
  if (const int pool = next(); pool >= 0 && is_plain_pool(view.node(pool))) {
    spec.pool = true;
    chain.nodes.push_back(pool);
  }
  if (const int relu = next(); relu >= 0 && graph::is<graph::Relu>(view.node(relu))) {
    spec.relu = true;
    chain.nodes.push_back(relu);
  }
  if (chain.nodes.size() == 1) return std::nullopt;
  chain.fused = std::make_shared<FusedConvPool>(spec);
  return chain;
}

}  // namespace margay::engine
