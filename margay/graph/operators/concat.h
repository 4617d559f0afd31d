// The operator concat.
#pragma once

#include <string_view>

#include "margay/graph/operator.h"

namespace margay::graph {

/// The channels of the second map behind those of the first; or the numbers of two vectors.
struct Concat {
  static constexpr std::string_view kOp = "concat";
  static Operator row();
};

}  // namespace margay::graph
