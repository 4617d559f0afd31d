// class_token.
#include "margay/graph/operators/class_token.h"

#include "margay/onnx/operators.h"

namespace margay::onnx {
namespace {

using graph::ClassToken;

/// The token once for each picture, however many there are.
Value emit(const ClassToken&, const NodeContext& context) {
  GraphWriter& writer = context.writer;
  const Value batch = writer.add("Gather", {writer.add("Shape", {context.input()}), writer.list({0})},
                                 {{"axis", int64_t{0}}});
  const Value shape =
      writer.add("Concat", {batch, writer.list({1, context.shape()[1]})}, {{"axis", int64_t{0}}});
  const Value tokens = writer.add("Expand", {context.parameter(ClassToken::kToken), shape});
  return writer.add("Concat", {tokens, context.input()}, {{"axis", int64_t{1}}});
}

}  // namespace

OperatorRow class_token_row() {
  return row_of<ClassToken>(emit);
}

}  // namespace margay::onnx
