// flatten.
#include "margay/graph/operators/flatten.h"

#include "margay/onnx/operators.h"

namespace margay::onnx {
namespace {

Value emit(const graph::Flatten&, const NodeContext& context) {
  return context.writer.add("Flatten", {context.input()}, {{"axis", int64_t{1}}});
}

}  // namespace

OperatorRow flatten_row() {
  return row_of<graph::Flatten>(emit);
}

}  // namespace margay::onnx
