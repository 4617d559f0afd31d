// Shared blocks.
#include "margay/graph/zoo/blocks.h"

#include <algorithm>

namespace margay::graph::zoo {

Builder begin(const ZooOptions& options) {
  return Builder({3, options.height, options.width});
}

void conv_norm(Builder& builder, const std::string& name, const ConvNorm& layer) {
  builder.name(name + ".0")
      .conv2d(layer.channels, layer.kernel,
              {.stride = layer.stride, .padding = layer.kernel / 2, .groups = layer.groups, .bias = false});
  builder.name(name + ".1").batch_norm2d(layer.eps, layer.momentum);
  if (!layer.activation.empty()) builder.name(name + ".2").apply(layer.activation);
}

int64_t make_divisible(double channels) {
  const int64_t rounded = std::max<int64_t>(8, static_cast<int64_t>(channels + 4) / 8 * 8);
  return static_cast<double>(rounded) < 0.9 * channels ? rounded + 8 : rounded;
}

}  // namespace margay::graph::zoo
