// Padding before and behind.
#include "margay/onnx/operators/windows.h"

#include <algorithm>

namespace margay::onnx {

int64_t Axis::padding_after() const {
  return std::max<int64_t>(0, (positions - 1) * stride + kernel - extent - padding);
}

int64_t Axis::counted(int64_t i) const {
  const int64_t begin = i * stride - padding;
  return std::min(begin + kernel, extent + padding) - begin;
}

std::vector<NodeAttribute> Windows::attributes() const {
  return {{"kernel_shape", std::vector{y.kernel, x.kernel}},
          {"strides", std::vector{y.stride, x.stride}},
          {"pads", std::vector{y.padding, x.padding, y.padding_after(), x.padding_after()}}};
}

Windows windows_of(const graph::PoolWindow& pool, const NodeContext& context) {
  const graph::Shape &from = context.input_shape(), &to = context.shape();
  return {{from[1], pool.kernel, pool.stride, pool.padding, to[1]},
          {from[2], pool.kernel, pool.stride, pool.padding, to[2]}};
}

}  // namespace margay::onnx
