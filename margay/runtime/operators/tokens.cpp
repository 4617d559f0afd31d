// tokens, feature_map and first_token: the same values, read otherwise.
#include "margay/graph/operators/tokens.h"

#include "margay/graph/operators/feature_map.h"
#include "margay/graph/operators/first_token.h"
#include "margay/runtime/operators.h"
#include "margay/runtime/primitive_descs.h"

namespace margay::runtime {
namespace {

using dnnl::memory;

memory::desc channels_last_layout(const memory::dims& dims) {
  return {dims, memory::data_type::f32, memory::format_tag::nhwc};
}

int emit(const graph::Tokens&, StepContext& context) {
  return emit_tokens(context.builder, context.inputs[0]);
}

int emit(const graph::FeatureMap& map, StepContext& context) {
  return emit_feature_map(context.builder, context.inputs[0], map.height, map.width);
}

int emit(const graph::FirstToken&, StepContext& context) {
  const memory::dims tokens = extents_of(context.builder.layout(context.inputs[0]));
  return context.builder.viewed(
      context.inputs[0],
      {{tokens[0], tokens[2]}, memory::data_type::f32, memory::dims{tokens[1] * tokens[2], 1}});
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

std::vector<OperatorRow> token_rows() {
  return {row_of<graph::Tokens>(emit), row_of<graph::FeatureMap>(emit), row_of<graph::FirstToken>(emit)};
}

}  // namespace margay::runtime
