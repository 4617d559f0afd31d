// The operator flatten.
#pragma once

#include <string_view>

#include "margay/graph/operator.h"

namespace margay::graph {

/// A vector of all values, C-major as torch.flatten: element (c, y, x) of {C, H, W} becomes (c * H + y) * W +
/// x.
struct Flatten {
  static constexpr std::string_view kOp = "flatten";
  static Operator row();
};

}  // namespace margay::graph
