// add, multiply and concat: of two values one.
#include "margay/graph/operators/add.h"
#include "margay/graph/operators/concat.h"
#include "margay/graph/operators/multiply.h"
#include "margay/onnx/expressions.h"
#include "margay/onnx/operators.h"

namespace margay::onnx {
namespace {

Value emit(const graph::Add&, const NodeContext& context) {
  return context.inputs[0] + context.inputs[1];
}
Value emit(const graph::Multiply&, const NodeContext& context) {
  return context.inputs[0] * context.inputs[1];
}
Value emit(const graph::Concat&, const NodeContext& context) {
  return context.writer.add("Concat", context.inputs, {{"axis", int64_t{1}}});
}

}  // namespace

std::vector<OperatorRow> binary_rows() {
  return {row_of<graph::Add>(emit), row_of<graph::Multiply>(emit), row_of<graph::Concat>(emit)};
}

}  // namespace margay::onnx
