// dropout and stochastic_depth: what only a training does is no node.
#include "margay/graph/operators/dropout.h"
#include "margay/graph/operators/stochastic_depth.h"
#include "margay/onnx/operators.h"

namespace margay::onnx {
namespace {

template <class Op>
Value emit(const Op&, const NodeContext& context) {
  return context.input();
}

}  // namespace

std::vector<OperatorRow> training_rows() {
  return {row_of<graph::Dropout>(emit), row_of<graph::StochasticDepth>(emit)};
}

}  // namespace margay::onnx
