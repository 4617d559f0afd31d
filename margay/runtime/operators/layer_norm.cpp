// layer_norm.
#include "margay/graph/operators/layer_norm.h"

#include "margay/runtime/operators.h"
#include "margay/runtime/primitive_descs.h"

namespace margay::runtime {
namespace {

using dnnl::memory;
using graph::LayerNorm;

/// Over the last axis of row-major values.
int emit_normalization(const LayerNorm& norm, StepContext& context, int value) {
  ProgramBuilder& builder = context.builder;
  const memory::desc layout = builder.layout(value);
  using dnnl::normalization_flags;
  const auto chosen = layer_norm_desc(builder.engine(), layout, static_cast<float>(norm.eps),
                                      normalization_flags::use_scale | normalization_flags::use_shift);
  const int output = builder.add_value(layout);
  const memory::desc per_feature = row_major_layout({extents_of(layout).back()});
  builder.add(dnnl::layer_normalization_forward(chosen), {{DNNL_ARG_SRC, value}, {DNNL_ARG_DST, output}},
              {{DNNL_ARG_SCALE, context.parameter(LayerNorm::kWeight, per_feature)},
               {DNNL_ARG_SHIFT, context.parameter(LayerNorm::kBias, per_feature)}});
  return output;
}

int emit(const LayerNorm& norm, StepContext& context) {
  ProgramBuilder& builder = context.builder;
  const graph::Shape& shape = context.shape();
  const int input = context.inputs[0];
  if (shape.size() == 1) return emit_normalization(norm, context, emit_output(builder, input, shape));
  if (shape.size() == 2) return emit_normalization(norm, context, input);
  const int normal = emit_normalization(norm, context, emit_tokens(builder, input));
  return emit_feature_map(builder, normal, shape[1], shape[2]);
}

}  // namespace

OperatorRow layer_norm_row() {
  return row_of<LayerNorm>(emit);
}

}  // namespace margay::runtime
