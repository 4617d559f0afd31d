// The operator multiply.
#pragma once

#include <string_view>

#include "margay/graph/operator.h"

namespace margay::graph {

/// The product of two values, element by element, or with a second {C, 1, 1} channel by channel.
struct Multiply {
  static constexpr std::string_view kOp = "multiply";
  static Operator row();
};

}  // namespace margay::graph
