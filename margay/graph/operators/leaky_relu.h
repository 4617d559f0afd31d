// The operator leaky_relu.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "margay/graph/fields.h"
#include "margay/graph/operator.h"

namespace margay::graph {

/// x above 0, slope x below.
struct LeakyRelu {
  static constexpr std::string_view kOp = "leaky_relu";

  double slope = 0.01;

  static std::span<const Field<LeakyRelu>> fields();
  static Operator row();
};

}  // namespace margay::graph
