// Sequences of tokens, and what normalises and scales features of a position.
#include <algorithm>
#include <cmath>

#include "margay/graph/operator.h"
#include "margay/runtime/operators.h"
#include "margay/runtime/primitive_descs.h"

namespace margay::runtime {
namespace {

using dnnl::memory;

memory::desc channels_last_layout(const memory::dims& dims) {
  return {dims, memory::data_type::f32, memory::format_tag::nhwc};
}

/// Brings the parameters of a step into the store as they are.
void store_parameters(const graph::Graph& graph, const graph::Weights& weights, const Step& step,
                      WeightStore& store) {
  const graph::Node& node = graph.nodes()[step.node];
  for (const graph::ParameterSpec& spec :
       graph::parameters_of(node, graph::input_shapes_of(graph, step.node))) {
    const std::string name = graph::full_name(node, spec);
    store.put(name, weights.at(name).values);
  }
}

int emit_tokens_step(StepContext& context) {
  return emit_tokens(context.builder, context.inputs[0]);
}

int emit_feature_map_step(StepContext& context) {
  const graph::Node& node = context.node();
  return emit_feature_map(context.builder, context.inputs[0], node.integer("height"), node.integer("width"));
}

/// Over the last axis of row-major values.
int emit_normalization(StepContext& context, int value) {
  ProgramBuilder& builder = context.builder;
  const graph::Node& node = context.node();
  const memory::desc layout = builder.layout(value);
  using dnnl::normalization_flags;
  const auto chosen = layer_norm_desc(builder.engine(), layout, static_cast<float>(node.number("eps")),
                                      normalization_flags::use_scale | normalization_flags::use_shift);
  const int output = builder.add_value(layout);
  const memory::desc per_feature = row_major_layout({extents_of(layout).back()});
  builder.add(dnnl::layer_normalization_forward(chosen), {{DNNL_ARG_SRC, value}, {DNNL_ARG_DST, output}},
              {{DNNL_ARG_SCALE, context.weights.get(node.name + ".weight", per_feature)},
               {DNNL_ARG_SHIFT, context.weights.get(node.name + ".bias", per_feature)}});
  return output;
}

int emit_layer_norm(StepContext& context) {
  ProgramBuilder& builder = context.builder;
  const graph::Shape& shape = context.shape();
  const int input = context.inputs[0];
  if (shape.size() == 1) return emit_normalization(context, emit_output(builder, input, shape));
  if (shape.size() == 2) return emit_normalization(context, input);
  const int normal = emit_normalization(context, emit_tokens(builder, input));
  return emit_feature_map(builder, normal, shape[1], shape[2]);
}

int emit_layer_scale(StepContext& context) {
  const memory factors = context.weights.get(context.node().name + ".layer_scale",
                                             row_major_layout({1, context.shape()[0], 1, 1}));
  return emit_binary(context, dnnl::algorithm::binary_mul, context.inputs[0], factors);
}

int emit_class_token(StepContext& context) {
  ProgramBuilder& builder = context.builder;
  const memory::desc tokens = builder.layout(context.inputs[0]);
  const memory::dims extents = extents_of(tokens);
  const memory::dim batch = extents[0], features = extents[2];
  const memory token = context.weights.get(context.node().name, row_major_layout({1, 1, features}));
  memory repeated(row_major_layout({batch, 1, features}), builder.engine());
  for (memory::dim i = 0; i < batch; ++i)
    std::copy_n(static_cast<const float*>(token.get_data_handle()), features,
                static_cast<float*>(repeated.get_data_handle()) + i * features);
  const memory::desc longer = row_major_layout({batch, extents[1] + 1, features});
  const auto chosen = concat_desc(builder.engine(), 1, {repeated.get_desc(), tokens}, longer);
  const int output = builder.add_value(longer);
  builder.add(dnnl::concat(chosen), {{DNNL_ARG_MULTIPLE_SRC + 1, context.inputs[0]}, {DNNL_ARG_DST, output}},
              {{DNNL_ARG_MULTIPLE_SRC, repeated}});
  return output;
}

int emit_position_embedding(StepContext& context) {
  const graph::Shape& shape = context.shape();
  const memory positions =
      context.weights.get(context.node().name + ".pos_embedding", row_major_layout({1, shape[0], shape[1]}));
  return emit_binary(context, dnnl::algorithm::binary_add, context.inputs[0], positions);
}

int emit_first_token(StepContext& context) {
  const memory::dims tokens = extents_of(context.builder.layout(context.inputs[0]));
  return context.builder.viewed(
      context.inputs[0],
      {{tokens[0], tokens[2]}, memory::data_type::f32, memory::dims{tokens[1] * tokens[2], 1}});
}

/// Extents of the values inside an attention: N pictures, `heads` times `size` features of `tokens` tokens.
struct Attention {
  memory::dim batch, tokens, heads, size;

  memory::dims per_head() const { return {batch, heads, tokens, size}; }
};

int emit_matmul(ProgramBuilder& builder, int left, int right, const memory::dims& dims, float scale) {
  dnnl::post_ops after;
  append_eltwise(after, dnnl::algorithm::eltwise_linear, scale, 0.0f);
  dnnl::primitive_attr attributes;
  if (scale != 1) attributes.set_post_ops(after);
  const auto chosen = matmul_desc(builder.engine(), builder.layout(left), builder.layout(right),
                                  row_major_layout(dims), attributes);
  const int output = builder.add_value(row_major_layout(dims));
  builder.add(dnnl::matmul(chosen),
              {{DNNL_ARG_SRC, left}, {DNNL_ARG_WEIGHTS, right}, {DNNL_ARG_DST, output}});
  return output;
}

int emit_softmax(ProgramBuilder& builder, int value) {
  const auto chosen = softmax_desc(builder.engine(), builder.layout(value), 3);
  const int output = builder.add_value(builder.layout(value));
  builder.add(dnnl::softmax_forward(chosen), {{DNNL_ARG_SRC, value}, {DNNL_ARG_DST, output}});
  return output;
}

/// Queries (0), keys (1) or values (2) out of their common projection {N * T, 3 * features}, as {N, heads, T,
/// size}.
int emit_part(ProgramBuilder& builder, int projected, const Attention& a, memory::dim part) {
  const memory::desc all = row_major_layout({a.batch, a.tokens, 3, a.heads, a.size});
  const memory::desc one = all.submemory_desc({a.batch, a.tokens, 1, a.heads, a.size}, {0, 0, part, 0, 0});
  const memory::desc per_head = one.permute_axes({0, 3, 1, 2, 4}).reshape(a.per_head());
  return builder.reordered(builder.viewed(projected, per_head), row_major_layout(a.per_head()));
}

/// softmax(q k^T / sqrt(size)) v of every head, {N, heads, T, size}.
int emit_heads(ProgramBuilder& builder, int projected, const Attention& a) {
  const int queries = emit_part(builder, projected, a, 0), keys = emit_part(builder, projected, a, 1);
  const int transposed = builder.viewed(
      keys, {{a.batch, a.heads, a.size, a.tokens}, memory::data_type::f32, memory::format_tag::abdc});
  const auto scale = static_cast<float>(1 / std::sqrt(static_cast<double>(a.size)));
  const int scores = emit_matmul(builder, queries, transposed, {a.batch, a.heads, a.tokens, a.tokens}, scale);
  const int values = emit_part(builder, projected, a, 2);
  return emit_matmul(builder, emit_softmax(builder, scores), values, a.per_head(), 1);
}

int emit_self_attention(StepContext& context) {
  ProgramBuilder& builder = context.builder;
  const graph::Node& node = context.node();
  const memory::dims dims = extents_of(builder.layout(context.inputs[0]));
  const memory::dim heads = node.integer("heads");
  const Attention attention{dims[0], dims[1], heads, dims[2] / heads};
  const int rows = builder.viewed(context.inputs[0], row_major_layout({dims[0] * dims[1], dims[2]}));
  const int projected = emit_inner_product(context, rows, 3 * dims[2], node.name + ".in_proj_weight",
                                           node.name + ".in_proj_bias");
  const int row_major = builder.reordered(projected, row_major_layout({dims[0] * dims[1], 3 * dims[2]}));
  const int result = emit_heads(builder, row_major, attention);
  // Heads side by side again.
  const int output = builder.add_value(row_major_layout(dims));
  const memory::desc per_head =
      row_major_layout({attention.batch, attention.tokens, heads, attention.size}).permute_axes({0, 2, 1, 3});
  builder.copy(result, builder.viewed(output, per_head));
  return output;
}

}  // namespace

int emit_tokens(ProgramBuilder& builder, int map) {
  const memory::dims dims = extents_of(builder.layout(map));
  return builder.viewed(builder.reordered(map, channels_last_layout(dims)),
                        row_major_layout({dims[0], dims[2] * dims[3], dims[1]}));
}

int emit_feature_map(ProgramBuilder& builder, int tokens, int64_t height, int64_t width) {
  const memory::dims dims = extents_of(builder.layout(tokens));
  return builder.viewed(tokens, channels_last_layout({dims[0], dims[2], height, width}));
}

OperatorRow layer_norm_row() {
  return {"layer_norm", emit_layer_norm, store_parameters};
}
OperatorRow layer_scale_row() {
  return {"layer_scale", emit_layer_scale, store_parameters};
}
OperatorRow tokens_row() {
  return {"tokens", emit_tokens_step};
}
OperatorRow feature_map_row() {
  return {"feature_map", emit_feature_map_step};
}
OperatorRow class_token_row() {
  return {"class_token", emit_class_token, store_parameters};
}
OperatorRow position_embedding_row() {
  return {"position_embedding", emit_position_embedding, store_parameters};
}
OperatorRow self_attention_row() {
  return {"self_attention", emit_self_attention, store_parameters};
}
OperatorRow first_token_row() {
  return {"first_token", emit_first_token};
}

}  // namespace margay::runtime
