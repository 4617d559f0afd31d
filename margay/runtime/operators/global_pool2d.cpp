// global_avg_pool2d and global_max_pool2d. With keep_map or without it, one value a channel is the same
// memory.
#include "margay/graph/operators/global_pool2d.h"

#include "margay/runtime/operators.h"
#include "margay/runtime/operators/pooling.h"

namespace margay::runtime {
namespace {

int emit(const graph::GlobalAvgPool2d&, StepContext& context) {
  return emit_pooling(context, dnnl::algorithm::pooling_avg_exclude_padding, whole_map(context));
}

int emit(const graph::GlobalMaxPool2d&, StepContext& context) {
  return emit_pooling(context, dnnl::algorithm::pooling_max, whole_map(context));
}

}  // namespace

std::vector<OperatorRow> global_pool2d_rows() {
  return {row_of<graph::GlobalAvgPool2d>(emit), row_of<graph::GlobalMaxPool2d>(emit)};
}

}  // namespace margay::runtime
