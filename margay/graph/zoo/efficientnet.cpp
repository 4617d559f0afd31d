// EfficientNet (Tan & Le 2019): inverted residuals with squeeze-and-excitation, deeper by a factor.
#include <cmath>

#include "margay/core/error.h"
#include "margay/graph/zoo/blocks.h"

namespace margay::graph::zoo {
namespace {

/// A row of the paper's table 1.
struct Stage {
  int64_t expansion, kernel, stride, channels, blocks;
};
constexpr Stage kStages[] = {{1, 3, 1, 16, 1},  {6, 3, 2, 24, 2},  {6, 5, 2, 40, 2}, {6, 3, 2, 80, 3},
                             {6, 5, 1, 112, 3}, {6, 5, 2, 192, 4}, {6, 3, 1, 320, 1}};
constexpr double kStochasticDepth = 0.2;

int64_t blocks_of(const Stage& stage, double depth) {
  return static_cast<int64_t>(std::ceil(static_cast<double>(stage.blocks) * depth));
}

void inverted_residual(Builder& builder, const std::string& name, const Stage& stage, int64_t stride,
                       double drop_rate) {
  const std::string input = builder.current();
  const int64_t in = builder.shape()[0], hidden = in * stage.expansion;
  int index = 0;
  const auto next = [&] { return fmt::format("{}.block.{}", name, index++); };
  if (hidden != in) conv_norm(builder, next(), {.channels = hidden, .activation = "silu"});
  conv_norm(
      builder, next(),
      {.channels = hidden, .kernel = stage.kernel, .stride = stride, .groups = hidden, .activation = "silu"});
  squeeze_excitation(builder, next(), in / 4, "silu", "sigmoid");
  conv_norm(builder, next(), {.channels = stage.channels, .activation = ""});
  if (stride != 1 || in != stage.channels) return;
  builder.name(name + ".stochastic_depth").apply("stochastic_depth", {{"rate", drop_rate}});
  builder.name(name + ".add").add(input);
}

Graph efficientnet(const ZooOptions& options, double depth) {
  Builder builder = begin(options);
  conv_norm(builder, "features.0", {.channels = 32, .kernel = 3, .stride = 2, .activation = "silu"});
  int64_t total = 0, made = 0;
  for (const Stage& stage : kStages) total += blocks_of(stage, depth);
  int index = 1;
  for (const Stage& stage : kStages) {
    for (int64_t block = 0; block < blocks_of(stage, depth); ++block)
      inverted_residual(builder, fmt::format("features.{}.{}", index, block), stage,
                        block == 0 ? stage.stride : 1,
                        kStochasticDepth * static_cast<double>(made++) / static_cast<double>(total));
    ++index;
  }
  conv_norm(builder, fmt::format("features.{}", index), {.channels = 1280, .activation = "silu"});
  builder.name("avgpool").global_avg_pool2d().tap("features");
  return builder.name("classifier.0").dropout(0.2).name("classifier.1").linear(options.outputs).build();
}

}  // namespace

Graph efficientnet_b0(const ZooOptions& options) {
  return efficientnet(options, 1.0);
}
Graph efficientnet_b1(const ZooOptions& options) {
  return efficientnet(options, 1.1);
}

}  // namespace margay::graph::zoo
