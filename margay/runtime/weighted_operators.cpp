// conv2d, linear and batch_norm2d: the operators with parameters.
#include "margay/runtime/operators.h"
#include "margay/runtime/primitive_descs.h"

namespace margay::runtime {
namespace {

using dnnl::memory;

std::string weight_name(const graph::Node& node) {
  return node.name + ".weight";
}
std::string bias_name(const graph::Node& node) {
  return node.name + ".bias";
}

memory::desc vector_layout(memory::dim size) {
  return {{size}, memory::data_type::f32, memory::format_tag::a};
}

/// {groups, out / groups, in / groups, kernel, kernel}, without the first where there is one group.
memory::dims kernel_dims(const graph::Node& node, const graph::Shape& weight) {
  const int64_t groups = node.integer("groups");
  memory::dims dims{weight[0] / groups, weight[1], weight[2], weight[3]};
  if (groups > 1) dims.insert(dims.begin(), groups);
  return dims;
}

void store_conv2d(const graph::Graph& graph, const graph::Weights& weights, const Step& step,
                  WeightStore& store) {
  const graph::Node& node = graph.nodes()[step.node];
  const ConvolutionWeights folded = fold_batch_norm(graph, weights, step);
  store.put(weight_name(node), folded.weight.values);
  store.put(bias_name(node), folded.bias.values);
}

int emit_conv2d(StepContext& context) {
  ProgramBuilder& builder = context.builder;
  const graph::Node& node = context.node();
  const memory::dims source = extents_of(builder.layout(context.inputs[0]));
  const graph::Shape& shape = context.graph.shape(context.step.node);
  const int64_t stride = node.integer("stride"), padding = node.integer("padding"),
                kernel = node.integer("kernel");
  const graph::Shape weight{shape[0], source[1] / node.integer("groups"), kernel, kernel};
  const memory::dim between = node.integer("dilation") - 1;  // oneDNN counts the cells left out
  const auto chosen = convolution_desc(builder.engine(), dnnl::prop_kind::forward_inference,
                                       {.source = any_layout(source),
                                        .weights = any_layout(kernel_dims(node, weight)),
                                        .bias = vector_layout(shape[0]),
                                        .destination = any_layout({source[0], shape[0], shape[1], shape[2]})},
                                       {.window = {.strides = {stride, stride},
                                                   .padding_before = {padding, padding},
                                                   .padding_after = {padding, padding}},
                                        .dilates = {between, between}},
                                       attributes_of(context));
  const int input = builder.reordered(context.inputs[0], chosen.src_desc());
  const int output = builder.add_value(chosen.dst_desc());
  builder.add(dnnl::convolution_forward(chosen), {{DNNL_ARG_SRC, input}, {DNNL_ARG_DST, output}},
              {{DNNL_ARG_WEIGHTS, context.weights.get(weight_name(node), chosen.weights_desc())},
               {DNNL_ARG_BIAS, context.weights.get(bias_name(node), chosen.bias_desc())}});
  return output;
}

void store_linear(const graph::Graph& graph, const graph::Weights& weights, const Step& step,
                  WeightStore& store) {
  const graph::Node& node = graph.nodes()[step.node];
  const graph::Tensor& weight = weights.at(weight_name(node));
  store.put(weight_name(node), weight.values);
  const auto bias = weights.find(bias_name(node));
  store.put(bias_name(node),
            bias != weights.end() ? bias->second.values : std::vector<float>(weight.shape[0]));
}

/// A flattened feature map is read as it lies: with weights {out, C, H, W} nothing has to be copied.
int emit_linear(StepContext& context) {
  ProgramBuilder& builder = context.builder;
  const graph::Node& node = context.node();
  const int64_t outputs = node.integer("out_features");
  const bool is_sequence = context.input_shape().size() == 2;
  if (!is_sequence)
    return emit_inner_product(context, context.inputs[0], outputs, weight_name(node), bias_name(node));
  const memory::dims dims = extents_of(builder.layout(context.inputs[0]));
  const int rows = builder.viewed(context.inputs[0], row_major_layout({dims[0] * dims[1], dims[2]}));
  const int output = emit_inner_product(context, rows, outputs, weight_name(node), bias_name(node));
  const int row_major = builder.reordered(output, row_major_layout({dims[0] * dims[1], outputs}));
  return builder.viewed(row_major, row_major_layout({dims[0], dims[1], outputs}));
}

void store_batch_norm2d(const graph::Graph& graph, const graph::Weights& weights, const Step& step,
                        WeightStore& store) {
  const graph::Node& node = graph.nodes()[step.node];
  for (const char* parameter : {".weight", ".bias", ".running_mean", ".running_var"}) {
    store.put(node.name + parameter, weights.at(node.name + parameter).values);
  }
}

int emit_batch_norm2d(StepContext& context) {
  ProgramBuilder& builder = context.builder;
  const graph::Node& node = context.node();
  using dnnl::normalization_flags;
  auto flags =
      normalization_flags::use_global_stats | normalization_flags::use_scale | normalization_flags::use_shift;
  if (context.step.activation >= 0) flags = flags | normalization_flags::fuse_norm_relu;
  const memory::desc layout = builder.layout(context.inputs[0]);
  const auto chosen =
      batch_norm_desc(builder.engine(), layout, static_cast<float>(node.number("eps")), flags);
  const int output = builder.add_value(chosen.dst_desc());
  const memory::desc per_channel = vector_layout(extents_of(layout)[1]);
  const auto parameter = [&](const char* name) { return context.weights.get(node.name + name, per_channel); };
  builder.add(dnnl::batch_normalization_forward(chosen),
              {{DNNL_ARG_SRC, context.inputs[0]}, {DNNL_ARG_DST, output}},
              {{DNNL_ARG_SCALE, parameter(".weight")},
               {DNNL_ARG_SHIFT, parameter(".bias")},
               {DNNL_ARG_MEAN, parameter(".running_mean")},
               {DNNL_ARG_VARIANCE, parameter(".running_var")}});
  return output;
}

}  // namespace

int emit_inner_product(StepContext& context, int value, int64_t outputs, const std::string& weight_name,
                       const std::string& bias_name) {
  ProgramBuilder& builder = context.builder;
  const memory::dims source = extents_of(builder.layout(value));
  memory::dims weight = source;
  weight[0] = outputs;
  const auto chosen = inner_product_desc(builder.engine(),
                                         {.source = any_layout(source),
                                          .weights = any_layout(weight),
                                          .bias = vector_layout(outputs),
                                          .destination = any_layout({source[0], outputs})},
                                         attributes_of(context));
  const int input = builder.reordered(value, chosen.src_desc());
  const int output = builder.add_value(chosen.dst_desc());
  builder.add(dnnl::inner_product_forward(chosen), {{DNNL_ARG_SRC, input}, {DNNL_ARG_DST, output}},
              {{DNNL_ARG_WEIGHTS, context.weights.get(weight_name, chosen.weights_desc())},
               {DNNL_ARG_BIAS, context.weights.get(bias_name, chosen.bias_desc())}});
  return output;
}

OperatorRow conv2d_row() {
  return {"conv2d", emit_conv2d, store_conv2d};
}
OperatorRow linear_row() {
  return {"linear", emit_linear, store_linear};
}
OperatorRow batch_norm2d_row() {
  return {"batch_norm2d", emit_batch_norm2d, store_batch_norm2d};
}

}  // namespace margay::runtime
