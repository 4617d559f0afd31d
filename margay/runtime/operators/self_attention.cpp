// self_attention.
#include "margay/graph/operators/self_attention.h"

#include <cmath>

#include "margay/runtime/operators.h"
#include "margay/runtime/primitive_descs.h"

namespace margay::runtime {
namespace {

using dnnl::memory;
using graph::SelfAttention;

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

int emit(const SelfAttention& attributes, StepContext& context) {
  ProgramBuilder& builder = context.builder;
  const memory::dims dims = extents_of(builder.layout(context.inputs[0]));
  const memory::dim heads = attributes.heads;
  const Attention attention{dims[0], dims[1], heads, dims[2] / heads};
  const int rows = builder.viewed(context.inputs[0], row_major_layout({dims[0] * dims[1], dims[2]}));
  const int projected = emit_inner_product(context, rows, 3 * dims[2], SelfAttention::kProjectionWeight,
                                           SelfAttention::kProjectionBias);
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

OperatorRow self_attention_row() {
  return row_of<SelfAttention>(emit);
}

}  // namespace margay::runtime
