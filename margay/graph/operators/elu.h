// The operator elu.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "margay/graph/fields.h"
#include "margay/graph/operator.h"

namespace margay::graph {

/// x above 0, alpha (exp(x) - 1) below (Clevert et al. 2015).
struct Elu {
  static constexpr std::string_view kOp = "elu";

  double alpha = 1;

  static std::span<const Field<Elu>> fields();
  static Operator row();
};

}  // namespace margay::graph
