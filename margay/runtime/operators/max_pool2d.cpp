// max_pool2d.
#include "margay/graph/operators/max_pool2d.h"

#include "margay/runtime/operators.h"
#include "margay/runtime/operators/pooling.h"

namespace margay::runtime {
namespace {

int emit(const graph::MaxPool2d& pool, StepContext& context) {
  return emit_pooling(context, dnnl::algorithm::pooling_max, windows_of(pool, context));
}

}  // namespace

OperatorRow max_pool2d_row() {
  return row_of<graph::MaxPool2d>(emit);
}

}  // namespace margay::runtime
