// The operator stochastic_depth.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "margay/graph/fields.h"
#include "margay/graph/operator.h"

namespace margay::graph {

/// Drops the whole input of a picture with probability `rate` while training and divides it by 1 - rate
/// otherwise (Huang et al. 2016; torchvision's mode "row"); afterwards it does nothing.
struct StochasticDepth {
  static constexpr std::string_view kOp = "stochastic_depth";

  double rate = 0.2;

  static std::span<const Field<StochasticDepth>> fields();
  static Operator row();
};

}  // namespace margay::graph
