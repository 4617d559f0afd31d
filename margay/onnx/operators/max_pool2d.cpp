// max_pool2d.
#include "margay/graph/operators/max_pool2d.h"

#include "margay/onnx/operators.h"
#include "margay/onnx/operators/windows.h"

namespace margay::onnx {
namespace {

Value emit(const graph::MaxPool2d& pool, const NodeContext& context) {
  return context.writer.add("MaxPool", {context.input()}, windows_of(pool, context).attributes());
}

}  // namespace

OperatorRow max_pool2d_row() {
  return row_of<graph::MaxPool2d>(emit);
}

}  // namespace margay::onnx
