// The operator linear.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "margay/graph/fields.h"
#include "margay/graph/operator.h"

namespace margay::graph {

/// A dense layer of a vector {F}, or of each token of a sequence {T, F}.
struct Linear {
  static constexpr std::string_view kOp = "linear";
  enum Parameter { kWeight, kBias };  ///< the last only with `bias`

  int64_t out_features = 0;
  bool bias = true;

  static std::span<const Field<Linear>> fields();
  static Operator row();
};

}  // namespace margay::graph
