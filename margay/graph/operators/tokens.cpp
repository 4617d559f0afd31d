// tokens: a feature map as a sequence (Dosovitskiy et al. 2021).
#include "margay/graph/operators/tokens.h"

#include "margay/graph/fields.h"
#include "margay/graph/operators/checks.h"

namespace margay::graph {
namespace {

Shape infer_shape(const Tokens&, const Node& node, std::span<const Shape> inputs) {
  const Shape& map = feature_map(node, inputs);
  return {map[1] * map[2], map[0]};
}

}  // namespace

Operator Tokens::row() {
  return {.name = kOp,
          .words = {"The positions of a feature map, row by row, as a sequence of tokens",
                    "{ op = \"conv2d\", out_channels = 32, kernel = 16, stride = 16 },\n{ op = \"tokens\" }"},
          .infer_shape = bound<Tokens>(infer_shape),
          .changes_no_value = true};
}

}  // namespace margay::graph
