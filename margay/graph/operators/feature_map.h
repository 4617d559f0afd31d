// The operator feature_map.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "margay/graph/fields.h"
#include "margay/graph/operator.h"

namespace margay::graph {

/// The way back from tokens {H W, C} to a map {C, H, W}.
struct FeatureMap {
  static constexpr std::string_view kOp = "feature_map";

  int64_t height = 0;
  int64_t width = 0;

  static std::span<const Field<FeatureMap>> fields();
  static Operator row();
};

}  // namespace margay::graph
