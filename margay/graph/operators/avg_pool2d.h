// The operator avg_pool2d.
#pragma once

#include <span>
#include <string_view>

#include "margay/graph/operator.h"
#include "margay/graph/operators/pool_window.h"

namespace margay::graph {

/// The mean of square windows.
struct AvgPool2d : PoolWindow {
  static constexpr std::string_view kOp = "avg_pool2d";

  bool count_include_pad = true;

  static std::span<const Field<AvgPool2d>> fields();
  static Operator row();
};

}  // namespace margay::graph
