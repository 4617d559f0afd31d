// Sequences of tokens: tokens, feature_map, class_token, position_embedding, first_token.
#include "margay/graph/operators/tokens.h"

#include "margay/engine/operators.h"
#include "margay/graph/operators/class_token.h"
#include "margay/graph/operators/feature_map.h"
#include "margay/graph/operators/first_token.h"
#include "margay/graph/operators/position_embedding.h"

namespace margay::engine {
namespace {

using graph::ClassToken, graph::PositionEmbedding;

at::Tensor execute(const graph::Tokens&, const OperatorCall& call) {
  return call.inputs[0].permute({0, 2, 3, 1}).flatten(1, 2);
}

at::Tensor execute(const graph::FeatureMap& map, const OperatorCall& call) {
  const at::Tensor& x = call.inputs[0];
  return x.reshape({x.size(0), map.height, map.width, x.size(2)}).permute({0, 3, 1, 2});
}

at::Tensor execute(const ClassToken&, const OperatorCall& call) {
  const at::Tensor& x = call.inputs[0];
  const at::Tensor token = call.parameters[ClassToken::kToken].to(x.scalar_type());
  return at::cat({token.expand({x.size(0), 1, x.size(2)}), x}, 1);
}

at::Tensor execute(const PositionEmbedding&, const OperatorCall& call) {
  return call.inputs[0] + call.parameters[PositionEmbedding::kPositions];
}

at::Tensor execute(const graph::FirstToken&, const OperatorCall& call) {
  return call.inputs[0].select(1, 0);
}

}  // namespace

std::vector<OperatorExecution> token_rows() {
  return {executed_by<graph::Tokens>(execute), executed_by<graph::FeatureMap>(execute),
          executed_by<graph::ClassToken>(execute), executed_by<graph::PositionEmbedding>(execute),
          executed_by<graph::FirstToken>(execute)};
}

}  // namespace margay::engine
