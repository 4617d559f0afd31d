// self_attention.
#include "margay/graph/operators/self_attention.h"

#include <cmath>

#include "margay/onnx/expressions.h"
#include "margay/onnx/operators.h"

namespace margay::onnx {
namespace {

using graph::SelfAttention;

/// Queries, keys and values, [batch, T, F] each, out of their common projection.
std::vector<Value> emit_projections(const NodeContext& context) {
  const Value matrix = transposed(context.parameter(SelfAttention::kProjectionWeight), {1, 0});
  const Value all =
      matrix_product(context.input(), matrix) + context.parameter(SelfAttention::kProjectionBias);
  const int64_t features = context.shape()[1];
  return context.writer.add_outputs("Split", {all, context.writer.list({features, features, features})}, 3,
                                    {{"axis", int64_t{2}}});
}

Value emit(const SelfAttention& attention, const NodeContext& context) {
  const int64_t tokens = context.shape()[0], features = context.shape()[1], heads = attention.heads;
  const int64_t size = features / heads;
  const std::vector<Value> projected = emit_projections(context);
  const auto per_head = [&](const Value& value, std::vector<int64_t> axes) {
    return transposed(reshaped(value, {0, tokens, heads, size}), std::move(axes));
  };
  const Value queries = per_head(projected[0], {0, 2, 1, 3});
  const Value keys = per_head(projected[1], {0, 2, 3, 1});
  const Value values = per_head(projected[2], {0, 2, 1, 3});
  const auto scale = static_cast<float>(1 / std::sqrt(static_cast<double>(size)));
  const Value scores = matrix_product(queries, keys) * context.writer.scalar(scale);
  const Value shares = context.writer.add("Softmax", {scores}, {{"axis", int64_t{-1}}});
  // Heads side by side again.
  return reshaped(transposed(matrix_product(shares, values), {0, 2, 1, 3}), {0, tokens, features});
}

}  // namespace

OperatorRow self_attention_row() {
  return row_of<SelfAttention>(emit);
}

}  // namespace margay::onnx
