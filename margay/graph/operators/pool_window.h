// What the pools of square windows have in common.
#pragma once

#include <cstdint>
#include <vector>

#include "margay/graph/fields.h"
#include "margay/graph/operators/checks.h"

namespace margay::graph {

/// Square windows over a feature map. With `ceil_mode` they may reach beyond its end.
struct PoolWindow {
  int64_t kernel = 0;
  int64_t stride = 0;  ///< of a node that was checked never 0
  int64_t padding = 0;
  bool ceil_mode = false;
};

/// The fields of a pool that has those of PoolWindow.
template <class Pool>
std::vector<Field<Pool>> window_fields() {
  return {
      {"kernel", &Pool::kernel, "side of the window", from_to(1, kMaxKernel), Presence::required},
      {"stride", &Pool::stride, "cells from one window to the next", {}, Presence::optional, "kernel"},
      {"padding", &Pool::padding, "cells on each side, \"same\" or \"valid\""},
      {"ceil_mode", &Pool::ceil_mode, "windows may reach beyond the end, so that the size is rounded up"}};
}

/// {C, positions, positions}; rejects the node where no window fits, or one would lie in the padding alone.
Shape pooled_shape(const PoolWindow& pool, const Node& node, std::span<const Shape> inputs);

}  // namespace margay::graph
