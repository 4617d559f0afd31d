// Finds chains in a graph, and gives their kernel to libtorch's autograd.
#include "margay/engine/fused_convolution.h"

#include "margay/core/error.h"

namespace margay::engine {
namespace {

/// The only reader of a node's output; -1 where there are several, or none behind it.
int only_reader(const graph::Graph& graph, int node, std::span<const int> readers) {
  if (readers[node] != 1) return -1;
  for (int i = node + 1; i < static_cast<int>(graph.nodes().size()); ++i)
    for (const int input : graph.nodes()[i].inputs)
      if (input == node) return i;
  return -1;
}

bool is_plain_pool(const graph::Node& node) {
  return node.op == "max_pool2d" && node.integer("kernel") == 2 && node.integer("stride") == 2 &&
         node.integer("padding") == 0 && !node.flag("ceil_mode");
}

fused::ConvolutionSpec spec_of(const graph::Graph& graph, int index) {
  const graph::Node& node = graph.nodes()[index];
  const graph::Shape &in = graph.shape(node.inputs[0]), &out = graph.shape(index);
  fused::ConvolutionSpec spec;
  spec.in_channels = static_cast<int>(in[0]);
  spec.height = static_cast<int>(in[1]), spec.width = static_cast<int>(in[2]);
  spec.out_channels = static_cast<int>(out[0]);
  for (const auto& [name, value] : {std::pair{"kernel", &spec.kernel},
                                    {"stride", &spec.stride},
                                    {"padding", &spec.padding},
                                    {"dilation", &spec.dilation},
                                    {"groups", &spec.groups}})
    *value = static_cast<int>(node.integer(name));
  spec.bias = node.flag("bias");
  return spec;
}

using Variables = torch::autograd::variable_list;

/// The kernel outlives the graph of gradients, which lives for a step.
struct Chain : torch::autograd::Function<Chain> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& input,
                            const at::Tensor& weight, const c10::optional<at::Tensor>& bias,
                            int64_t kernel_address, at::IntArrayRef output_sizes, bool pools,
                            bool has_way_back) {
    auto* kernel = reinterpret_cast<fused::ConvPool*>(kernel_address);
    at::Tensor output = at::empty(output_sizes, input.options(), at::MemoryFormat::ChannelsLast);
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
    const at::Tensor gradient =
        gradients[0].to(input.scalar_type()).contiguous(at::MemoryFormat::ChannelsLast);
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

}  // namespace

std::optional<ConvolutionChain> find_chain(const graph::Graph& graph, int node,
                                           std::span<const int> readers) {
  if (graph.nodes()[node].op != "conv2d") return std::nullopt;
  ConvolutionChain chain{{node}, {.convolution = spec_of(graph, node)}};
  const auto next = [&] { return only_reader(graph, chain.nodes.back(), readers); };
  if (const int pool = next(); pool >= 0 && is_plain_pool(graph.nodes()[pool])) {
    chain.spec.pool = true;
    chain.nodes.push_back(pool);
  }
  if (const int relu = next(); relu >= 0 && graph.nodes()[relu].op == "relu") {
    chain.spec.relu = true;
    chain.nodes.push_back(relu);
  }
  if (chain.nodes.size() == 1) return std::nullopt;
  return chain;
}

FusedConvolution::Variant& FusedConvolution::variant(at::ScalarType type) {
  Variant& variant = type == at::kBFloat16 ? bfloat16_ : float32_;
  if (variant.is_known) return variant;
  variant.is_known = true;
  const auto precision = type == at::kBFloat16 ? fused::Precision::bfloat16 : fused::Precision::float32;
  if (fused::ConvPool::is_supported(spec_, precision))
    variant.kernel = std::make_unique<fused::ConvPool>(spec_, precision);
  return variant;
}

bool FusedConvolution::is_usable(at::ScalarType type) {
  return variant(type).kernel != nullptr;
}

at::Tensor FusedConvolution::run(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias,
                                 at::ScalarType type) {
  const int64_t sizes[] = {input.size(0), spec_.convolution.out_channels, spec_.out_height(),
                           spec_.out_width()};
  return Chain::apply(input.to(type).contiguous(at::MemoryFormat::ChannelsLast),
                      weight.contiguous(at::MemoryFormat::ChannelsLast),
                      bias.defined() ? c10::make_optional(bias) : c10::nullopt,
                      reinterpret_cast<int64_t>(variant(type).kernel.get()), at::IntArrayRef(sizes),
                      spec_.pool, at::GradMode::is_enabled());
}

}  // namespace margay::engine
