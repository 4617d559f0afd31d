// class_token: where a transformer collects its answer.
#include "margay/graph/operators/class_token.h"

#include "margay/graph/fields.h"
#include "margay/graph/operators/checks.h"

namespace margay::graph {
namespace {

Shape infer_shape(const ClassToken&, const Node& node, std::span<const Shape> inputs) {
  const Shape& tokens = token_sequence(node, inputs);
  return {tokens[0] + 1, tokens[1]};
}

/// Called as the node itself, as in torchvision.
std::vector<ParameterSpec> parameters(const ClassToken&, std::span<const Shape> inputs) {
  return {{.name = "", .shape = {1, 1, inputs[0][1]}, .init = Init::zeros}};
}

}  // namespace

Operator ClassToken::row() {
  return {
      .name = kOp,
      .words = {"Puts a learned token before the others",
                "{ op = \"conv2d\", out_channels = 32, kernel = 16, stride = 16 },\n{ op = \"tokens\" },\n"
                "{ op = \"class_token\" }"},
      .infer_shape = bound<ClassToken>(infer_shape),
      .parameters = bound<ClassToken>(parameters)};
}

}  // namespace margay::graph
