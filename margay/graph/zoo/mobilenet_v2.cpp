// MobileNetV2 (Sandler et al. 2018): inverted residuals with linear bottlenecks.
#include "margay/core/error.h"
#include "margay/graph/zoo/blocks.h"

namespace margay::graph::zoo {
namespace {

struct Stage {
  int64_t expansion, channels, blocks, stride;
};
constexpr Stage kStages[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                             {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};

/// Widens, filters each channel, narrows; and adds its input where the shape stays.
void inverted_residual(Builder& builder, const std::string& name, const Stage& stage, int64_t stride) {
  const std::string input = builder.current();
  const int64_t in = builder.shape()[0], hidden = in * stage.expansion;
  int layer = 0;
  const auto next = [&] { return fmt::format("{}.conv.{}", name, layer++); };
  if (stage.expansion != 1) conv_norm(builder, next(), {.channels = hidden, .activation = "relu6"});
  conv_norm(builder, next(),
            {.channels = hidden, .kernel = 3, .stride = stride, .groups = hidden, .activation = "relu6"});
  builder.name(next()).conv2d(stage.channels, 1, {.bias = false});
  builder.name(next()).batch_norm2d();
  if (stride == 1 && in == stage.channels) builder.name(name + ".add").add(input);
}

}  // namespace

Graph mobilenet_v2(const ZooOptions& options) {
  Builder builder = begin(options);
  int index = 0;
  const auto next = [&] { return fmt::format("features.{}", index++); };
  conv_norm(builder, next(), {.channels = 32, .kernel = 3, .stride = 2, .activation = "relu6"});
  for (const Stage& stage : kStages)
    for (int64_t block = 0; block < stage.blocks; ++block)
      inverted_residual(builder, next(), stage, block == 0 ? stage.stride : 1);
  conv_norm(builder, next(), {.channels = 1280, .activation = "relu6"});
  builder.name("avgpool").global_avg_pool2d().tap("features");
  return builder.name("classifier.0").dropout(0.2).name("classifier.1").linear(options.outputs).build();
}

}  // namespace margay::graph::zoo
