// global_avg_pool2d and global_max_pool2d.
#include "margay/graph/operators/global_pool2d.h"

#include "margay/onnx/operators.h"

namespace margay::onnx {
namespace {

Value emit_pool(const graph::GlobalPool2d& pool, const NodeContext& context, std::string_view op) {
  const Value map = context.writer.add(op, {context.input()});
  return pool.keep_map ? map : context.writer.add("Flatten", {map}, {{"axis", int64_t{1}}});
}

Value emit(const graph::GlobalAvgPool2d& pool, const NodeContext& context) {
  return emit_pool(pool, context, "GlobalAveragePool");
}
Value emit(const graph::GlobalMaxPool2d& pool, const NodeContext& context) {
  return emit_pool(pool, context, "GlobalMaxPool");
}

}  // namespace

std::vector<OperatorRow> global_pool2d_rows() {
  return {row_of<graph::GlobalAvgPool2d>(emit), row_of<graph::GlobalMaxPool2d>(emit)};
}

}  // namespace margay::onnx
