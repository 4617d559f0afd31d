// position_embedding: tokens learn where they stand.
#include "margay/graph/operators/position_embedding.h"

#include "margay/graph/fields.h"
#include "margay/graph/operators/checks.h"

namespace margay::graph {
namespace {

Shape infer_shape(const PositionEmbedding&, const Node& node, std::span<const Shape> inputs) {
  return token_sequence(node, inputs);
}

std::vector<ParameterSpec> parameters(const PositionEmbedding&, std::span<const Shape> inputs) {
  return {{.name = "pos_embedding",
           .shape = {1, inputs[0][0], inputs[0][1]},
           .init = Init::normal,
           .init_value = 0.02}};
}

}  // namespace

Operator PositionEmbedding::row() {
  return {
      .name = kOp,
      .words = {"Adds a learned vector to each token",
                "{ op = \"conv2d\", out_channels = 32, kernel = 16, stride = 16 },\n{ op = \"tokens\" },\n"
                "{ op = \"position_embedding\" }"},
      .infer_shape = bound<PositionEmbedding>(infer_shape),
      .parameters = bound<PositionEmbedding>(parameters)};
}

}  // namespace margay::graph
