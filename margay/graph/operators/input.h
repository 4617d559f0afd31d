// The operator input.
#pragma once

#include <string_view>

#include "margay/graph/operator.h"

namespace margay::graph {

/// What the network is asked about: the first node of every graph, and no layer.
struct Input {
  static constexpr std::string_view kOp = "input";
  static Operator row();
};

}  // namespace margay::graph
