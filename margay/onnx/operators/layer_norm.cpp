// layer_norm: one node since opset 17, before it what that node stands for.
#include "margay/graph/operators/layer_norm.h"

#include "margay/onnx/expressions.h"
#include "margay/onnx/operators.h"

namespace margay::onnx {
namespace {

using graph::LayerNorm;

constexpr int kOpsetOfLayerNormalization = 17;

/// Over the last axis.
Value emit_as_one(const LayerNorm& norm, const NodeContext& context, const Value& input) {
  return context.writer.add(
      "LayerNormalization",
      {input, context.parameter(LayerNorm::kWeight), context.parameter(LayerNorm::kBias)},
      {{"axis", int64_t{-1}}, {"epsilon", static_cast<float>(norm.eps)}});
}

/// Of a map the node wants the channels last.
Value emit_as_one(const LayerNorm& norm, const NodeContext& context) {
  if (context.shape().size() != 3) return emit_as_one(norm, context, context.input());
  return transposed(emit_as_one(norm, context, transposed(context.input(), {0, 2, 3, 1})), {0, 3, 1, 2});
}

Value emit_in_parts(const LayerNorm& norm, const NodeContext& context) {
  const bool is_map = context.shape().size() == 3;
  const graph::Shape shape =
      is_map ? graph::Shape{context.shape()[0], 1, 1} : graph::Shape{context.shape().back()};
  const auto mean_of = [&](const Value& value) {
    return context.writer.add(
        "ReduceMean", {value},
        {{"axes", std::vector{is_map ? int64_t{1} : int64_t{-1}}}, {"keepdims", int64_t{1}}});
  };
  const Value centred = context.input() - mean_of(context.input());
  const Value variance = mean_of(centred * centred) + context.writer.scalar(static_cast<float>(norm.eps));
  const Value normal = centred / context.writer.add("Sqrt", {variance});
  return normal * context.parameter(LayerNorm::kWeight, shape) + context.parameter(LayerNorm::kBias, shape);
}

Value emit(const LayerNorm& norm, const NodeContext& context) {
  return context.writer.opset() >= kOpsetOfLayerNormalization ? emit_as_one(norm, context)
                                                              : emit_in_parts(norm, context);
}

}  // namespace

OperatorRow layer_norm_row() {
  return row_of<LayerNorm>(emit);
}

}  // namespace margay::onnx
