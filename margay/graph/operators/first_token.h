// The operator first_token.
#pragma once

#include <string_view>

#include "margay/graph/operator.h"

namespace margay::graph {

/// The first token of a sequence {T, F}: a vector {F}.
struct FirstToken {
  static constexpr std::string_view kOp = "first_token";
  static Operator row();
};

}  // namespace margay::graph
