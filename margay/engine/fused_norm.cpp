// conv2d with batch_norm2d behind it, and then add or relu (or relu6) or both in that order.
#include "margay/engine/autograd.h"
#include "margay/engine/fused_operator.h"
#include "margay/fused/conv_norm.h"
#include "margay/graph/operators/activations.h"
#include "margay/graph/operators/add.h"
#include "margay/graph/operators/batch_norm2d.h"
#include "margay/graph/operators/conv2d.h"

namespace margay::engine {
namespace {

using Variables = torch::autograd::variable_list;

/// Where the parameters of both nodes are among the call's.
struct NormParameters {
  at::Tensor weight, bias, gamma, beta, mean, variance;

  NormParameters(std::span<const at::Tensor> all, bool has_bias)
      : weight(all[0].contiguous(at::MemoryFormat::ChannelsLast)),
        bias(has_bias ? all[1] : at::Tensor()),
        gamma(all[has_bias + 1]),
        beta(all[has_bias + 2]),
        mean(all[has_bias + 3]),
        variance(all[has_bias + 4]) {}
};

fused::ConvNorm::Statistics statistics(const at::Tensor& mean, const at::Tensor& variance) {
  return {mean.data_ptr<float>(), variance.data_ptr<float>()};
}

/// The kernel outlives the graph of gradients, which lives for a step. The gradient of a bias in front of a
/// normalisation by the batch is 0. Without a momentum statistics are frozen.
struct ConvNormFunction : torch::autograd::Function<ConvNormFunction> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& input,
                            const at::Tensor& weight, const c10::optional<at::Tensor>& bias,
                            const at::Tensor& gamma, const at::Tensor& beta,
                            const c10::optional<at::Tensor>& residual, const at::Tensor& running_mean,
                            const at::Tensor& running_variance, int64_t kernel_address,
                            at::IntArrayRef output_sizes, c10::optional<double> momentum,
                            bool output_is_needed) {
    auto* kernel = reinterpret_cast<fused::ConvNorm*>(kernel_address);
    const at::Tensor output = at::empty(output_sizes, input.options(), at::MemoryFormat::ChannelsLast);
    const at::Tensor convolved = at::empty_like(output);
    const at::Tensor mean = momentum ? at::empty_like(running_mean) : running_mean,
                     variance = momentum ? at::empty_like(running_variance) : running_variance;
    const auto batch = static_cast<int>(input.size(0));
    const fused::ConvNorm::Parameters parameters{weight.data_ptr<float>(),
                                                 bias ? bias->data_ptr<float>() : nullptr,
                                                 gamma.data_ptr<float>(), beta.data_ptr<float>()};
    const void* added = residual ? residual->data_ptr() : nullptr;
    if (momentum)
      kernel->train(batch, input.data_ptr(), parameters, added, *momentum, convolved.data_ptr(),
                    output.data_ptr(), statistics(mean, variance),
                    statistics(running_mean, running_variance));
    else
      kernel->train_frozen(batch, input.data_ptr(), parameters, added, statistics(mean, variance),
                           convolved.data_ptr(), output.data_ptr());
    context->saved_data["frozen"] = !momentum.has_value();
    context->save_for_backward({input, weight, gamma, beta, convolved, mean, variance,
                                residual && output_is_needed ? output : at::Tensor()});
    context->saved_data["kernel"] = kernel_address;
    context->saved_data["input_gradient"] = input.requires_grad();
    context->saved_data["residual"] = residual.has_value();
    context->saved_data["bias"] = bias.has_value();
    return output;
  }

  static Variables backward(torch::autograd::AutogradContext* context, const Variables& gradients) {
    const Variables saved = context->get_saved_variables();
    const at::Tensor &input = saved[0], &weight = saved[1], &gamma = saved[2], &beta = saved[3],
                     &convolved = saved[4], &output = saved[7];
    auto* kernel = reinterpret_cast<fused::ConvNorm*>(context->saved_data["kernel"].toInt());
    const at::Tensor gradient = in_layout(gradients[0], input.scalar_type());
    at::Tensor input_gradient, residual_gradient, bias_gradient;
    if (context->saved_data["input_gradient"].toBool()) input_gradient = at::empty_like(input);
    if (context->saved_data["residual"].toBool()) residual_gradient = at::empty_like(convolved);
    if (context->saved_data["bias"].toBool()) bias_gradient = at::zeros_like(gamma);
    const at::Tensor weight_gradient = at::empty_like(weight), gamma_gradient = at::empty_like(gamma),
                     beta_gradient = at::empty_like(beta);
    kernel->backward(static_cast<int>(input.size(0)),
                     {.input = input.data_ptr(),
                      .convolved = convolved.data_ptr(),
                      .output = data_or_null(output),
                      .output_gradient = gradient.data_ptr(),
                      .used = statistics(saved[5], saved[6]),
                      .frozen = context->saved_data["frozen"].toBool()},
                     {weight.data_ptr<float>(), nullptr, gamma.data_ptr<float>(), beta.data_ptr<float>()},
                     {.input = const_cast<void*>(data_or_null(input_gradient)),
                      .residual = const_cast<void*>(data_or_null(residual_gradient)),
                      .weight = weight_gradient.data_ptr<float>(),
                      .gamma = gamma_gradient.data_ptr<float>(),
                      .beta = beta_gradient.data_ptr<float>()});
    return {input_gradient, weight_gradient, bias_gradient, gamma_gradient, beta_gradient, residual_gradient,
            at::Tensor(),   at::Tensor(),    at::Tensor(),  at::Tensor(),   at::Tensor(),  at::Tensor()};
  }
};

class FusedConvNorm : public FusedOperator {
 public:
  FusedConvNorm(const fused::ConvNormSpec& spec, double momentum) : kernels_(spec), momentum_(momentum) {}

  /// A bias that has a gradient, in front of statistics that stay as they are, belongs to the plain
  /// operators, and so does a batch with a single value per channel.
  bool is_usable(const FusedCall& call) override {
    const fused::ConvolutionSpec& convolution = kernels_.spec().convolution;
    const int64_t values = call.inputs[0].size(0) * convolution.out_height() * convolution.out_width();
    return (call.context.uses_batch_statistics() ? values > 1
                                                 : !convolution.bias || !at::GradMode::is_enabled()) &&
           kernels_.find(call.type);
  }

  at::Tensor run(const FusedCall& call) override {
    const fused::ConvNormSpec& spec = kernels_.spec();
    const fused::ConvolutionSpec& convolution = spec.convolution;
    const NormParameters p(call.parameters, convolution.bias);
    const at::Tensor input = in_layout(call.inputs[0], call.type);
    const at::Tensor residual = call.inputs.size() > 1 ? in_layout(call.inputs[1], call.type) : at::Tensor();
    const int64_t sizes[] = {input.size(0), convolution.out_channels, convolution.out_height(),
                             convolution.out_width()};
    fused::ConvNorm* kernel = kernels_.find(call.type);
    const bool uses_batch = call.context.uses_batch_statistics();
    if (uses_batch || at::GradMode::is_enabled()) {
      const double momentum = call.context.batch_norm_momentum.value_or(momentum_);
      return ConvNormFunction::apply(input, p.weight, optional_of(p.bias), p.gamma, p.beta,
                                     optional_of(residual), p.mean, p.variance,
                                     reinterpret_cast<int64_t>(kernel), at::IntArrayRef(sizes),
                                     uses_batch ? c10::make_optional(momentum) : c10::nullopt, spec.relu);
    }
    const at::Tensor output = at::empty(sizes, input.options(), at::MemoryFormat::ChannelsLast);
    kernel->infer(static_cast<int>(input.size(0)), input.data_ptr(),
                  {p.weight.data_ptr<float>(), static_cast<const float*>(data_or_null(p.bias)),
                   p.gamma.data_ptr<float>(), p.beta.data_ptr<float>()},
                  data_or_null(residual), statistics(p.mean, p.variance), output.data_ptr());
    return output;
  }

 private:
  Kernels<fused::ConvNorm, fused::ConvNormSpec> kernels_;
  double momentum_;
};

}  // namespace

std::optional<Chain> find_norm_chain(const GraphView& view, int node) {
  if (!graph::is<graph::Conv2d>(view.node(node))) return std::nullopt;
  const int norm = view.only_reader(node);
  if (norm < 0 || !graph::is<graph::BatchNorm2d>(view.node(norm))) return std::nullopt;
  const auto attributes = graph::bind<graph::BatchNorm2d>(view.node(norm));
  Chain chain{{node, norm}, view.node(node).inputs, nullptr};
  fused::ConvNormSpec spec{.convolution = convolution_spec(view.graph, node), .eps = attributes.eps};
  const auto next = [&] { return view.only_reader(chain.nodes.back()); };
  if (const int add = next(); add >= 0 && graph::is<graph::Add>(view.node(add))) {
    const std::vector<int>& terms = view.node(add).inputs;
    const int other = terms[0] == norm ? terms[1] : terms[0];
    if (view.graph.shape(other) == view.graph.shape(norm)) {
      chain.inputs.push_back(other);
      chain.nodes.push_back(add);
    }
  }
  if (const int relu = next(); relu >= 0) {
    const bool has_ceiling = graph::is<graph::Relu6>(view.node(relu));
    if (has_ceiling) spec.ceiling = 6;
    spec.relu = has_ceiling || graph::is<graph::Relu>(view.node(relu));
    if (spec.relu) chain.nodes.push_back(relu);
  }
  chain.fused = std::make_shared<FusedConvNorm>(spec, attributes.momentum);
  return chain;
}

}  // namespace margay::engine
