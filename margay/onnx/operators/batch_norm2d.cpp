// batch_norm2d, by its running statistics.
#include "margay/graph/operators/batch_norm2d.h"

#include "margay/onnx/operators.h"

namespace margay::onnx {
namespace {

using graph::BatchNorm2d;

Value emit(const BatchNorm2d& norm, const NodeContext& context) {
  return context.writer.add(
      "BatchNormalization",
      {context.input(), context.parameter(BatchNorm2d::kWeight), context.parameter(BatchNorm2d::kBias),
       context.parameter(BatchNorm2d::kRunningMean), context.parameter(BatchNorm2d::kRunningVariance)},
      {{"epsilon", static_cast<float>(norm.eps)}});
}

}  // namespace

OperatorRow batch_norm2d_row() {
  return row_of<BatchNorm2d>(emit);
}

}  // namespace margay::onnx
