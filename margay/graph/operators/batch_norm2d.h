// The operator batch_norm2d.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "margay/graph/fields.h"
#include "margay/graph/operator.h"

namespace margay::graph {

/// Batch normalisation of each channel (Ioffe & Szegedy 2015).
struct BatchNorm2d {
  static constexpr std::string_view kOp = "batch_norm2d";
  enum Parameter { kWeight, kBias, kRunningMean, kRunningVariance };

  double eps = 1e-5;
  double momentum = 0.1;
  /// What the weights start with: 0 at the end of a residual branch makes the block start as its shortcut.
  double initial_scale = 1;

  static std::span<const Field<BatchNorm2d>> fields();
  static Operator row();
};

}  // namespace margay::graph
