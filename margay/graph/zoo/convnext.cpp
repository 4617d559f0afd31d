// ConvNeXt (Liu et al. 2022): depthwise convolutions with the layers of a transformer around them.
#include "margay/core/error.h"
#include "margay/graph/zoo/blocks.h"

namespace margay::graph::zoo {
namespace {

using BlocksOfStages = std::array<int64_t, 4>;
constexpr double kEps = 1e-6;

void layer_norm(Builder& builder, const std::string& name) {
  builder.name(name).apply("layer_norm", {{"eps", kEps}});
}

void residual_block(Builder& builder, const std::string& name, double drop_rate) {
  const std::string input = builder.current();
  const Shape shape = builder.shape();
  const int64_t channels = shape[0];
  int index = 0;
  const auto next = [&]() -> Builder& { return builder.name(fmt::format("{}.block.{}", name, index++)); };
  next().conv2d(channels, 7, {.padding = kSame, .groups = channels});
  next().apply("tokens");
  next().apply("layer_norm", {{"eps", kEps}});
  next().linear(4 * channels);
  next().apply("gelu");
  next().linear(channels);
  next().apply("feature_map", {{"height", shape[1]}, {"width", shape[2]}});
  builder.name(name).apply("layer_scale", {{"initial", 1e-6}});
  builder.name(name + ".stochastic_depth").apply("stochastic_depth", {{"rate", drop_rate}});
  builder.name(name + ".add").add(input);
}

Graph convnext(const ZooOptions& options, const BlocksOfStages& blocks, double stochastic_depth) {
  Builder builder = begin(options);
  builder.name("features.0.0").conv2d(96, 4, {.stride = 4});
  layer_norm(builder, "features.0.1");
  int64_t made = 0, last = -1;
  for (const int64_t count : blocks) last += count;
  for (int stage = 0; stage < 4; ++stage) {
    if (stage > 0) {
      const std::string downsample = fmt::format("features.{}", 2 * stage);
      layer_norm(builder, downsample + ".0");
      builder.name(downsample + ".1").conv2d(int64_t{96} << stage, 2, {.stride = 2});
    }
    for (int64_t i = 0; i < blocks[stage]; ++i)
      residual_block(builder, fmt::format("features.{}.{}", 2 * stage + 1, i),
                     stochastic_depth * static_cast<double>(made++) / static_cast<double>(last));
  }
  builder.name("avgpool").global_avg_pool2d();
  layer_norm(builder, "classifier.0");
  return builder.tap("features").name("classifier.2").linear(options.outputs).build();
}

}  // namespace

Graph convnext_tiny(const ZooOptions& options) {
  return convnext(options, {3, 3, 9, 3}, 0.1);
}
Graph convnext_small(const ZooOptions& options) {
  return convnext(options, {3, 3, 27, 3}, 0.4);
}

}  // namespace margay::graph::zoo
