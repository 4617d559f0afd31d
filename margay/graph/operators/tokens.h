// The operator tokens.
#pragma once

#include <string_view>

#include "margay/graph/operator.h"

namespace margay::graph {

/// The positions of a feature map, row by row, as tokens of its channels: {C, H, W} becomes {H W, C}.
struct Tokens {
  static constexpr std::string_view kOp = "tokens";
  static Operator row();
};

}  // namespace margay::graph
