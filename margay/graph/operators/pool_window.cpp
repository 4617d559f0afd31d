// The shape behind a pool.
#include "margay/graph/operators/pool_window.h"

#include "margay/core/error.h"

namespace margay::graph {

Shape pooled_shape(const PoolWindow& pool, const Node& node, std::span<const Shape> inputs) {
  const Shape& input = feature_map(node, inputs);
  const Window window{pool.kernel, pool.stride, pool.padding, 1, pool.ceil_mode};
  if (window.padding > window.kernel / 2)
    reject(node, fmt::format("padding {} is more than half of kernel {}", window.padding, window.kernel),
           "a window must not lie in the padding alone");
  return {input[0], window_positions(node, input, input[1], window),
          window_positions(node, input, input[2], window)};
}

}  // namespace margay::graph
