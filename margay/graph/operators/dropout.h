// The operator dropout.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "margay/graph/fields.h"
#include "margay/graph/operator.h"

namespace margay::graph {

/// Inverted dropout (Srivastava et al. 2014): while training, values are zeroed with probability `rate` and
/// the others divided by 1 - rate; afterwards it does nothing.
struct Dropout {
  static constexpr std::string_view kOp = "dropout";

  double rate = 0.5;

  static std::span<const Field<Dropout>> fields();
  static Operator row();
};

}  // namespace margay::graph
