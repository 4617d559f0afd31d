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

void squeeze_excitation(Builder& builder, const std::string& name, int64_t squeezed,
                        std::string_view activation, std::string_view gate) {
  const std::string map = builder.current();
  const int64_t channels = builder.shape()[0];
  builder.name(name + ".avgpool").apply("global_avg_pool2d", {{"keep_map", true}});
  builder.name(name + ".fc1").conv2d(squeezed, 1).name(name + ".activation").apply(activation);
  builder.name(name + ".fc2").conv2d(channels, 1).name(name + ".scale_activation").apply(gate);
  const std::string scale = builder.current();
  builder.from(map).name(name + ".multiply").apply("multiply", {}, {scale});
}

int64_t make_divisible(int64_t channels) {
  const int64_t rounded = std::max<int64_t>(8, (channels + 4) / 8 * 8);
  return 10 * rounded < 9 * channels ? rounded + 8 : rounded;
}

}  // namespace margay::graph::zoo
