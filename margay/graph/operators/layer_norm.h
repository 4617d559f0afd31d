// The operator layer_norm.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "margay/graph/fields.h"
#include "margay/graph/operator.h"

namespace margay::graph {

/// Layer normalisation (Ba et al. 2016): over the channels at each position of a feature map, over the
/// features of each token, or over a vector.
struct LayerNorm {
  static constexpr std::string_view kOp = "layer_norm";
  enum Parameter { kWeight, kBias };

  double eps = 1e-5;

  static std::span<const Field<LayerNorm>> fields();
  static Operator row();
};

}  // namespace margay::graph
