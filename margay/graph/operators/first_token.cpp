// first_token: what the class token has collected.
#include "margay/graph/operators/first_token.h"

#include "margay/graph/fields.h"
#include "margay/graph/operators/checks.h"

namespace margay::graph {
namespace {

Shape infer_shape(const FirstToken&, const Node& node, std::span<const Shape> inputs) {
  return {token_sequence(node, inputs)[1]};
}

}  // namespace

Operator FirstToken::row() {
  return {
      .name = kOp,
      .words = {"The first token: a vector",
                "{ op = \"conv2d\", out_channels = 32, kernel = 16, stride = 16 },\n{ op = \"tokens\" },\n"
                "{ op = \"class_token\" },\n{ op = \"first_token\" }"},
      .infer_shape = bound<FirstToken>(infer_shape),
      .changes_no_value = true};
}

}  // namespace margay::graph
