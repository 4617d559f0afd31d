// The operators global_avg_pool2d and global_max_pool2d, of which the rows are alike.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "margay/graph/fields.h"
#include "margay/graph/operator.h"

namespace margay::graph {

/// One value of each channel: a vector {C}, or with `keep_map` a map {C, 1, 1} for convolutions to go on
/// with.
struct GlobalPool2d {
  bool keep_map = false;
};

/// The layer `global_avg_pool2d`.
struct GlobalAvgPool2d : GlobalPool2d {
  static constexpr std::string_view kOp = "global_avg_pool2d";
  static std::span<const Field<GlobalAvgPool2d>> fields();
  static Operator row();
};

/// The layer `global_max_pool2d`.
struct GlobalMaxPool2d : GlobalPool2d {
  static constexpr std::string_view kOp = "global_max_pool2d";
  static std::span<const Field<GlobalMaxPool2d>> fields();
  static Operator row();
};

}  // namespace margay::graph
