// What pools have in common: windows along two axes.
#pragma once

#include "margay/graph/operators/pool_window.h"
#include "margay/runtime/operators/step_context.h"

namespace margay::runtime {

/// One axis of a sliding window.
struct Axis {
  int64_t extent, kernel, stride, padding, positions;

  /// Cells after the end that the last window covers; negative where the windows end before it.
  int64_t padding_after() const { return (positions - 1) * stride + kernel - extent - padding; }
  /// Windows that reach beyond the padding, which happens where positions are rounded up.
  bool overhangs() const { return padding_after() > padding; }
  /// Cells of window `i` that count when padding counts.
  int64_t counted(int64_t i) const {
    return std::min(i * stride - padding + kernel, extent + padding) - (i * stride - padding);
  }
};

/// Along both sides of a map.
struct Windows {
  Axis y, x;
};

/// Those of a pool over the step's input.
Windows windows_of(const graph::PoolWindow& pool, const StepContext& context);
/// One over the whole map.
Windows whole_map(const StepContext& context);

int emit_pooling(StepContext& context, dnnl::algorithm algorithm, const Windows& windows);

}  // namespace margay::runtime
