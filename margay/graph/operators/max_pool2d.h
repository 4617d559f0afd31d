// The operator max_pool2d.
#pragma once

#include <span>
#include <string_view>

#include "margay/graph/operator.h"
#include "margay/graph/operators/pool_window.h"

namespace margay::graph {

/// The largest value of square windows. Cells of the padding win in none.
struct MaxPool2d : PoolWindow {
  static constexpr std::string_view kOp = "max_pool2d";

  static std::span<const Field<MaxPool2d>> fields();
  static Operator row();
};

}  // namespace margay::graph
