// The operator class_token.
#pragma once

#include <string_view>

#include "margay/graph/operator.h"

namespace margay::graph {

/// Puts a learned token before the others.
struct ClassToken {
  static constexpr std::string_view kOp = "class_token";
  enum Parameter { kToken };
  static Operator row();
};

}  // namespace margay::graph
