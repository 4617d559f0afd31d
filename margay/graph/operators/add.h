// The operator add.
#pragma once

#include <string_view>

#include "margay/graph/operator.h"

namespace margay::graph {

/// The sum of two values of one shape.
struct Add {
  static constexpr std::string_view kOp = "add";
  static Operator row();
};

}  // namespace margay::graph
