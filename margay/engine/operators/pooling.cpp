// Pools of windows and of whole maps.
#include "margay/engine/operators.h"
#include "margay/graph/operators/avg_pool2d.h"
#include "margay/graph/operators/global_pool2d.h"
#include "margay/graph/operators/max_pool2d.h"

namespace margay::engine {
namespace {

at::Tensor execute(const graph::MaxPool2d& pool, const OperatorCall& call) {
  return at::max_pool2d(call.inputs[0], pool.kernel, pool.stride, pool.padding, 1, pool.ceil_mode);
}

at::Tensor execute(const graph::AvgPool2d& pool, const OperatorCall& call) {
  return at::avg_pool2d(call.inputs[0], pool.kernel, pool.stride, pool.padding, pool.ceil_mode,
                        pool.count_include_pad);
}

at::Tensor execute(const graph::GlobalAvgPool2d& pool, const OperatorCall& call) {
  return call.inputs[0].mean({2, 3}, pool.keep_map);
}

at::Tensor execute(const graph::GlobalMaxPool2d& pool, const OperatorCall& call) {
  const at::Tensor& x = call.inputs[0];
  const at::Tensor largest = at::max_pool2d(x, {x.size(2), x.size(3)});
  return pool.keep_map ? largest : largest.flatten(1);
}

}  // namespace

std::vector<OperatorExecution> pooling_rows() {
  std::vector<OperatorExecution> rows{
      executed_by<graph::MaxPool2d>(execute), executed_by<graph::AvgPool2d>(execute),
      executed_by<graph::GlobalAvgPool2d>(execute), executed_by<graph::GlobalMaxPool2d>(execute)};
  rows.back().gives_view = true;
  return rows;
}

}  // namespace margay::engine
