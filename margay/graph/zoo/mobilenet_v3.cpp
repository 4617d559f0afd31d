// MobileNetV3 (Howard et al. 2019): inverted residuals with squeeze-and-excitation and cheap activations.
#include "margay/core/error.h"
#include "margay/graph/zoo/blocks.h"

namespace margay::graph::zoo {
namespace {

/// A row of the paper's tables 1 and 2.
struct Row {
  int64_t kernel, expanded, channels;
  bool squeezes;
  std::string_view activation;
  int64_t stride;
};

constexpr Row kLarge[] = {
    {3, 16, 16, false, "relu", 1},       {3, 64, 24, false, "relu", 2},
    {3, 72, 24, false, "relu", 1},       {5, 72, 40, true, "relu", 2},
    {5, 120, 40, true, "relu", 1},       {5, 120, 40, true, "relu", 1},
    {3, 240, 80, false, "hardswish", 2}, {3, 200, 80, false, "hardswish", 1},
    {3, 184, 80, false, "hardswish", 1}, {3, 184, 80, false, "hardswish", 1},
    {3, 480, 112, true, "hardswish", 1}, {3, 672, 112, true, "hardswish", 1},
    {5, 672, 160, true, "hardswish", 2}, {5, 960, 160, true, "hardswish", 1},
    {5, 960, 160, true, "hardswish", 1},
};
constexpr Row kSmall[] = {
    {3, 16, 16, true, "relu", 2},       {3, 72, 24, false, "relu", 2},
    {3, 88, 24, false, "relu", 1},      {5, 96, 40, true, "hardswish", 2},
    {5, 240, 40, true, "hardswish", 1}, {5, 240, 40, true, "hardswish", 1},
    {5, 120, 48, true, "hardswish", 1}, {5, 144, 48, true, "hardswish", 1},
    {5, 288, 96, true, "hardswish", 2}, {5, 576, 96, true, "hardswish", 1},
    {5, 576, 96, true, "hardswish", 1},
};

/// Convolution and batch norm with the family's statistics.
ConvNorm layer(ConvNorm wanted) {
  wanted.eps = 1e-3;
  wanted.momentum = 0.01;
  return wanted;
}

void inverted_residual(Builder& builder, const std::string& name, const Row& row) {
  const std::string input = builder.current();
  const int64_t in = builder.shape()[0];
  int index = 0;
  const auto next = [&] { return fmt::format("{}.block.{}", name, index++); };
  if (row.expanded != in)
    conv_norm(builder, next(), layer({.channels = row.expanded, .activation = row.activation}));
  conv_norm(builder, next(),
            layer({.channels = row.expanded,
                   .kernel = row.kernel,
                   .stride = row.stride,
                   .groups = row.expanded,
                   .activation = row.activation}));
  if (row.squeezes)
    squeeze_excitation(builder, next(), make_divisible(row.expanded / 4), "relu", "hardsigmoid");
  conv_norm(builder, next(), layer({.channels = row.channels, .activation = ""}));
  if (row.stride == 1 && in == row.channels) builder.name(name + ".add").add(input);
}

Graph mobilenet_v3(const ZooOptions& options, std::span<const Row> rows, int64_t last_features) {
  Builder builder = begin(options);
  int index = 0;
  const auto next = [&] { return fmt::format("features.{}", index++); };
  conv_norm(builder, next(), layer({.channels = 16, .kernel = 3, .stride = 2, .activation = "hardswish"}));
  for (const Row& row : rows) inverted_residual(builder, next(), row);
  conv_norm(builder, next(), layer({.channels = 6 * builder.shape()[0], .activation = "hardswish"}));
  builder.name("avgpool").global_avg_pool2d().name("classifier.0").linear(last_features);
  builder.name("classifier.1").apply("hardswish").tap("features");
  return builder.name("classifier.2").dropout(0.2).name("classifier.3").linear(options.outputs).build();
}

}  // namespace

Graph mobilenet_v3_small(const ZooOptions& options) {
  return mobilenet_v3(options, kSmall, 1024);
}
Graph mobilenet_v3_large(const ZooOptions& options) {
  return mobilenet_v3(options, kLarge, 1280);
}

}  // namespace margay::graph::zoo
