// The operator layer_scale.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "margay/graph/fields.h"
#include "margay/graph/operator.h"

namespace margay::graph {

/// A learned factor for each channel (Touvron et al. 2021).
struct LayerScale {
  static constexpr std::string_view kOp = "layer_scale";
  enum Parameter { kFactors };

  double initial = 1e-6;

  static std::span<const Field<LayerScale>> fields();
  static Operator row();
};

}  // namespace margay::graph
