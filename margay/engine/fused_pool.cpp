// max_pool2d of 2 x 2, with relu behind it or without.
#include "margay/engine/autograd.h"
#include "margay/engine/fused_operator.h"
#include "margay/fused/max_pool.h"
#include "margay/graph/operators/activations.h"
#include "margay/graph/operators/max_pool2d.h"

namespace margay::engine {
namespace {

using Variables = torch::autograd::variable_list;

/// Calls `work` with the bits of float32 or bfloat16.
template <class Work>
void with_bits(const at::Tensor& in, const at::Tensor& out, const Work& work) {
  if (in.scalar_type() == at::kBFloat16)
    work(static_cast<const uint16_t*>(in.data_ptr()), static_cast<uint16_t*>(out.data_ptr()));
  else
    work(static_cast<const uint32_t*>(in.data_ptr()), static_cast<uint32_t*>(out.data_ptr()));
}

fused::MaxPoolSpec spec_of(const at::Tensor& input, bool relu) {
  return {static_cast<int>(input.size(1)), static_cast<int>(input.size(2)), static_cast<int>(input.size(3)),
          relu};
}

struct MaxPoolFunction : torch::autograd::Function<MaxPoolFunction> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& input, bool relu,
                            bool has_way_back) {
    const fused::MaxPoolSpec spec = spec_of(input, relu);
    const auto batch = static_cast<int>(input.size(0));
    const int64_t sizes[] = {batch, spec.channels, spec.out_height(), spec.out_width()};
    const at::Tensor output = at::empty(sizes, input.options(), at::MemoryFormat::ChannelsLast);
    at::Tensor choice;
    if (has_way_back)
      choice = at::empty(sizes, input.options().dtype(at::kByte), at::MemoryFormat::ChannelsLast);
    with_bits(input, output, [&](const auto* in, auto* out) {
      fused::pool_pictures(spec, batch, in, out, choice.defined() ? choice.data_ptr<uint8_t>() : nullptr);
    });
    context->save_for_backward({choice});
    context->saved_data["sizes"] = input.sizes().vec();
    context->saved_data["relu"] = relu;
    return output;
  }

  static Variables backward(torch::autograd::AutogradContext* context, const Variables& gradients) {
    const at::Tensor choice = context->get_saved_variables()[0];
    const at::Tensor gradient = gradients[0].contiguous(at::MemoryFormat::ChannelsLast);
    const std::vector<int64_t> sizes = context->saved_data["sizes"].toIntVector();
    const at::Tensor input_gradient = at::empty(sizes, gradient.options(), at::MemoryFormat::ChannelsLast);
    with_bits(gradient, input_gradient, [&](const auto* in, auto* out) {
      fused::unpool_pictures(spec_of(input_gradient, context->saved_data["relu"].toBool()),
                             static_cast<int>(sizes[0]), in, choice.data_ptr<uint8_t>(), out);
    });
    return {input_gradient, at::Tensor(), at::Tensor()};
  }
};

class FusedMaxPool : public FusedOperator {
 public:
  explicit FusedMaxPool(bool relu) : relu_(relu) {}

  bool is_usable(const FusedCall& call) override {
    const at::ScalarType type = call.inputs[0].scalar_type();
    return type == at::kFloat || type == at::kBFloat16;
  }

  at::Tensor run(const FusedCall& call) override {
    return MaxPoolFunction::apply(call.inputs[0].contiguous(at::MemoryFormat::ChannelsLast), relu_,
                                  at::GradMode::is_enabled());
  }

 private:
  bool relu_;
};

}  // namespace

bool is_plain_pool(const graph::Node& node) {
  const auto pool = graph::as<graph::MaxPool2d>(node);
  return pool && pool->kernel == 2 && pool->stride == 2 && pool->padding == 0 && !pool->ceil_mode;
}

std::optional<Chain> find_pool_chain(const GraphView& view, int node) {
  if (!is_plain_pool(view.node(node))) return std::nullopt;
  Chain chain{{node}, view.node(node).inputs, nullptr};
  const int relu = view.only_reader(node);
  const bool has_relu = relu >= 0 && graph::is<graph::Relu>(view.node(relu));
  if (has_relu) chain.nodes.push_back(relu);
  chain.fused = std::make_shared<FusedMaxPool>(has_relu);
  return chain;
}

}  // namespace margay::engine
