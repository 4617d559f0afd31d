// Separable and depthwise convolutions as those of conv2d.
#include "margay/graph/compound_layers.h"

#include <algorithm>
#include <array>

#include "margay/graph/operators/checks.h"
#include "margay/graph/operators/conv2d.h"

namespace margay::graph {
namespace {

/// Each channel by itself, which becomes `depth_multiplier` of them.
struct DepthwiseConv2d {
  static constexpr std::string_view kOp = "depthwise_conv2d";

  int64_t kernel = 0;
  int64_t stride = 1;
  int64_t padding = 0;
  int64_t dilation = 1;
  int64_t depth_multiplier = 1;
  bool bias = true;

  static std::span<const Field<DepthwiseConv2d>> fields();
};

/// That, and a convolution of 1 x 1 over all channels.
struct SeparableConv2d : DepthwiseConv2d {
  static constexpr std::string_view kOp = "separable_conv2d";

  int64_t out_channels = 0;

  static std::span<const Field<SeparableConv2d>> fields();
};

/// The fields of a layer that has those of DepthwiseConv2d.
template <class Op>
std::vector<Field<Op>> depthwise_fields() {
  return {{"kernel", &Op::kernel, "side of the window", from_to(1, kMaxKernel), Presence::required},
          {"stride", &Op::stride, "cells from one window to the next", at_least(1)},
          {"padding", &Op::padding, "cells of zeros on each side, \"same\" or \"valid\""},
          {"dilation", &Op::dilation, "distance of the cells that a kernel reads", at_least(1)},
          {"depth_multiplier", &Op::depth_multiplier, "outputs of each channel", at_least(1)},
          {"bias", &Op::bias, "a learned number is added to each channel of the output"}};
}

std::span<const Field<DepthwiseConv2d>> DepthwiseConv2d::fields() {
  static const std::vector<Field<DepthwiseConv2d>> fields = depthwise_fields<DepthwiseConv2d>();
  return fields;
}

std::span<const Field<SeparableConv2d>> SeparableConv2d::fields() {
  static const std::vector<Field<SeparableConv2d>> fields = [] {
    std::vector<Field<SeparableConv2d>> all = depthwise_fields<SeparableConv2d>();
    all.insert(all.begin(),
               {"out_channels", &SeparableConv2d::out_channels, "filters", at_least(1), Presence::required});
    return all;
  }();
  return fields;
}

LayerPart part(std::string_view name, const Conv2d& conv) {
  return {name, Conv2d::kOp, attributes_of(conv)};
}

LayerPart depthwise_part(const DepthwiseConv2d& layer, int64_t channels, bool bias) {
  return part("depthwise", {.out_channels = channels * layer.depth_multiplier,
                            .kernel = layer.kernel,
                            .stride = layer.stride,
                            .padding = layer.padding,
                            .dilation = layer.dilation,
                            .groups = channels,
                            .bias = bias});
}

int64_t channels_of(const Node& node, const Shape& input) {
  return feature_map(node, std::array{input})[0];
}

std::vector<LayerPart> depthwise_parts(const Node& node, const Shape& input) {
  const auto layer = bind<DepthwiseConv2d>(node);
  return {depthwise_part(layer, channels_of(node, input), layer.bias)};
}

std::vector<LayerPart> separable_parts(const Node& node, const Shape& input) {
  const auto layer = bind<SeparableConv2d>(node);
  return {depthwise_part(layer, channels_of(node, input), false),
          part("pointwise", {.out_channels = layer.out_channels, .kernel = 1, .bias = layer.bias})};
}

}  // namespace

std::span<const CompoundLayer> compound_layers() {
  static const std::array table{
      CompoundLayer{SeparableConv2d::kOp,
                    {"A convolution of each channel by itself, then one of 1 x 1 over all: two nodes",
                     "{ op = \"separable_conv2d\", out_channels = 32, kernel = 3, padding = \"same\" }"},
                    {"separableconvolution2d"},
                    schema<SeparableConv2d>(),
                    separable_parts},
      CompoundLayer{DepthwiseConv2d::kOp,
                    {"A convolution of each channel by itself",
                     "{ op = \"depthwise_conv2d\", kernel = 3, padding = \"same\" }"},
                    {},
                    schema<DepthwiseConv2d>(),
                    depthwise_parts}};
  return table;
}

const CompoundLayer* find_compound_layer(std::string_view name) {
  const auto table = compound_layers();
  const auto found = std::ranges::find(table, name, &CompoundLayer::name);
  return found == table.end() ? nullptr : &*found;
}

}  // namespace margay::graph
