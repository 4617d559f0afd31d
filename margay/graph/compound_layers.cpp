// Separable and depthwise convolutions as those of conv2d.
#include "margay/graph/compound_layers.h"

#include <algorithm>
#include <array>

#include "margay/graph/operators/checks.h"

namespace margay::graph {
namespace {

/// Each channel by itself, which becomes `depth_multiplier` of them.
LayerPart depthwise_part(const Node& layer, const Shape& input, bool bias) {
  const int64_t channels = feature_map(layer, std::array{input})[0];
  return {"depthwise",
          "conv2d",
          {{"out_channels", channels * integer_at_least(layer, "depth_multiplier", 1)},
           {"kernel", layer.integer("kernel")},
           {"stride", layer.integer("stride")},
           {"padding", layer.integer("padding")},
           {"dilation", layer.integer("dilation")},
           {"groups", channels},
           {"bias", bias}}};
}

std::vector<LayerPart> depthwise_parts(const Node& layer, const Shape& input) {
  return {depthwise_part(layer, input, layer.flag("bias"))};
}

std::vector<LayerPart> separable_parts(const Node& layer, const Shape& input) {
  return {depthwise_part(layer, input, false),
          {"pointwise",
           "conv2d",
           {{"out_channels", layer.integer("out_channels")},
            {"kernel", int64_t{1}},
            {"bias", layer.flag("bias")}}}};
}

std::vector<AttributeSpec> depthwise_attributes() {
  return {{"kernel", int64_t{0}, "side of the window", true},
          {"stride", int64_t{1}, "cells from one window to the next"},
          {"padding", int64_t{0}, "cells of zeros on each side, \"same\" or \"valid\""},
          {"dilation", int64_t{1}, "distance of the cells that a kernel reads"},
          {"depth_multiplier", int64_t{1}, "outputs of each channel"},
          {"bias", true, "a learned number is added to each channel of the output"}};
}

std::vector<AttributeSpec> separable_attributes() {
  std::vector<AttributeSpec> attributes = depthwise_attributes();
  attributes.insert(attributes.begin(), {"out_channels", int64_t{0}, "filters", true});
  return attributes;
}

}  // namespace

std::span<const CompoundLayer> compound_layers() {
  static const std::array table{
      CompoundLayer{"separable_conv2d",
                    {"A convolution of each channel by itself, then one of 1 x 1 over all: two nodes",
                     "{ op = \"separable_conv2d\", out_channels = 32, kernel = 3, padding = \"same\" }"},
                    separable_attributes(),
                    separable_parts},
      CompoundLayer{"depthwise_conv2d",
                    {"A convolution of each channel by itself",
                     "{ op = \"depthwise_conv2d\", kernel = 3, padding = \"same\" }"},
                    depthwise_attributes(),
                    depthwise_parts}};
  return table;
}

const CompoundLayer* find_compound_layer(std::string_view name) {
  const auto table = compound_layers();
  const auto found = std::ranges::find(table, name, &CompoundLayer::name);
  return found == table.end() ? nullptr : &*found;
}

}  // namespace margay::graph
