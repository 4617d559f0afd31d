// The operator conv2d.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "margay/graph/fields.h"
#include "margay/graph/operator.h"

namespace margay::graph {

/// A convolution with square kernels, channels in groups. Of the padding the cells are zeros.
struct Conv2d {
  static constexpr std::string_view kOp = "conv2d";
  enum Parameter { kWeight, kBias };  ///< the last only with `bias`

  int64_t out_channels = 0;
  int64_t kernel = 0;
  int64_t stride = 1;
  int64_t padding = 0;
  int64_t dilation = 1;
  int64_t groups = 1;
  bool bias = true;

  static std::span<const Field<Conv2d>> fields();
  static Operator row();
};

}  // namespace margay::graph
