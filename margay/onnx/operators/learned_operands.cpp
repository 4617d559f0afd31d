// layer_scale and position_embedding: a value combined with weights that are as wide.
#include "margay/graph/operators/layer_scale.h"
#include "margay/graph/operators/position_embedding.h"
#include "margay/onnx/expressions.h"
#include "margay/onnx/operators.h"

namespace margay::onnx {
namespace {

using graph::LayerScale, graph::PositionEmbedding;

Value emit(const LayerScale&, const NodeContext& context) {
  return context.input() * context.parameter(LayerScale::kFactors);
}
Value emit(const PositionEmbedding&, const NodeContext& context) {
  return context.input() + context.parameter(PositionEmbedding::kPositions);
}

}  // namespace

std::vector<OperatorRow> learned_operand_rows() {
  return {row_of<LayerScale>(emit), row_of<PositionEmbedding>(emit)};
}

}  // namespace margay::onnx
