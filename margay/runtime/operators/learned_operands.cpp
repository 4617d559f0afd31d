// layer_scale and position_embedding: a value combined with weights that are as wide.
#include "margay/graph/operators/layer_scale.h"
#include "margay/graph/operators/position_embedding.h"
#include "margay/runtime/operators.h"

namespace margay::runtime {
namespace {

using graph::LayerScale, graph::PositionEmbedding;

int emit(const LayerScale&, StepContext& context) {
  const dnnl::memory factors =
      context.parameter(LayerScale::kFactors, row_major_layout({1, context.shape()[0], 1, 1}));
  return emit_binary(context, dnnl::algorithm::binary_mul, context.inputs[0], factors);
}

int emit(const PositionEmbedding&, StepContext& context) {
  const graph::Shape& shape = context.shape();
  const dnnl::memory positions =
      context.parameter(PositionEmbedding::kPositions, row_major_layout({1, shape[0], shape[1]}));
  return emit_binary(context, dnnl::algorithm::binary_add, context.inputs[0], positions);
}

}  // namespace

std::vector<OperatorRow> learned_operand_rows() {
  return {row_of<LayerScale>(emit), row_of<PositionEmbedding>(emit)};
}

}  // namespace margay::runtime
