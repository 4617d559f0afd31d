// Windows of pools as ONNX has them.
#pragma once

#include <vector>

#include "margay/graph/operators/pool_window.h"
#include "margay/onnx/operators.h"

namespace margay::onnx {

/// One axis of a sliding window.
struct Axis {
  int64_t extent, kernel, stride, padding, positions;

  /// Cells behind the end that the last window covers. Said by them, rounding up needs no `ceil_mode`, of
  /// which the meaning has changed from opset to opset.
  int64_t padding_after() const;
  /// Windows that reach beyond the padding.
  bool overhangs() const { return padding_after() > padding; }
  /// Cells of window `i` that count when padding counts.
  int64_t counted(int64_t i) const;
};

/// Along both sides of a map.
struct Windows {
  Axis y, x;

  /// kernel_shape, strides and pads.
  std::vector<NodeAttribute> attributes() const;
};

/// Those of a pool over the node's input.
Windows windows_of(const graph::PoolWindow& pool, const NodeContext& context);

}  // namespace margay::onnx
