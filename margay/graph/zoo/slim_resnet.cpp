// Residual networks of ours for small sets of small pictures on a CPU: a stem that halves twice before it
// gets wide, basic blocks, and shortcuts that lose no pixels (average pooling, as in ResNet-D, He et al.
// 2019).
#include "margay/core/error.h"
#include "margay/graph/zoo/blocks.h"

namespace margay::graph::zoo {
namespace {

void conv_norm_relu(Builder& builder, const std::string& conv, const std::string& norm, int64_t channels,
                    int64_t stride) {
  builder.name(conv).conv2d(channels, 3, {.stride = stride, .padding = 1, .bias = false});
  builder.name(norm).batch_norm2d().name(norm + ".relu").relu();
}

/// Two convolutions whose sum with the shortcut starts as the shortcut alone.
void slim_block(Builder& builder, const std::string& name, int64_t channels, int64_t stride) {
  const std::string input = builder.current();
  conv_norm_relu(builder, name + ".conv1", name + ".bn1", channels, stride);
  builder.name(name + ".conv2").conv2d(channels, 3, {.padding = 1, .bias = false});
  builder.name(name + ".bn2").apply("batch_norm2d", {{"initial_scale", 0.0}});
  const std::string branch = builder.current();
  if (stride == 1) {
    builder.name(name + ".add").add(input);
  } else {
    const std::string shortcut = name + ".downsample";
    builder.from(input).name(shortcut + ".0").avg_pool2d(stride, {.ceil_mode = true}, false);
    builder.name(shortcut + ".1").conv2d(channels, 1, {.bias = false});
    builder.name(shortcut + ".2").batch_norm2d();
    builder.name(name + ".add").add(branch);
  }
  builder.name(name + ".relu").relu();
}

}  // namespace

Graph slim_resnet(const ZooOptions& options, const SlimResnet& shape) {
  Builder builder = begin(options);
  conv_norm_relu(builder, "conv1", "bn1", shape.widths[0], 2);
  conv_norm_relu(builder, "conv2", "bn2", shape.widths[0], 1);
  builder.name("maxpool").max_pool2d(2);
  for (size_t stage = 0; stage < shape.widths.size(); ++stage)
    for (int64_t i = 0; i < shape.blocks; ++i)
      slim_block(builder, fmt::format("layer{}.{}", stage + 1, i), shape.widths[stage],
                 stage > 0 && i == 0 ? 2 : 1);
  builder.name("avgpool").global_avg_pool2d().tap("features");
  if (shape.dropout > 0) builder.name("dropout").dropout(shape.dropout);
  return builder.name("fc").linear(options.outputs).build();
}

Graph resnet10_slim(const ZooOptions& options) {
  return slim_resnet(options, {.blocks = 1});
}
Graph resnet18_slim(const ZooOptions& options) {
  return slim_resnet(options, {.blocks = 2});
}

}  // namespace margay::graph::zoo
