// tokens, feature_map and first_token: the same values, read otherwise.
#include "margay/graph/operators/tokens.h"

#include "margay/graph/operators/feature_map.h"
#include "margay/graph/operators/first_token.h"
#include "margay/onnx/expressions.h"
#include "margay/onnx/operators.h"

namespace margay::onnx {
namespace {

Value emit(const graph::Tokens&, const NodeContext& context) {
  const graph::Shape& tokens = context.shape();
  return transposed(reshaped(context.input(), {0, tokens[1], tokens[0]}), {0, 2, 1});
}

Value emit(const graph::FeatureMap& map, const NodeContext& context) {
  return reshaped(transposed(context.input(), {0, 2, 1}), {0, context.shape()[0], map.height, map.width});
}

Value emit(const graph::FirstToken&, const NodeContext& context) {
  return context.writer.add("Gather", {context.input(), context.writer.scalar(int64_t{0})},
                            {{"axis", int64_t{1}}});
}

}  // namespace

std::vector<OperatorRow> token_rows() {
  return {row_of<graph::Tokens>(emit), row_of<graph::FeatureMap>(emit), row_of<graph::FirstToken>(emit)};
}

}  // namespace margay::onnx
