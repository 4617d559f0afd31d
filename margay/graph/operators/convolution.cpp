// conv2d: square kernels, channels in groups.
#include "margay/core/error.h"
#include "margay/graph/operators/checks.h"
#include "margay/graph/operators/rows.h"

namespace margay::graph {
namespace {

void check_groups(const Node& node, int64_t in_channels, int64_t out_channels) {
  const int64_t groups = integer_at_least(node, "groups", 1);
  if (in_channels % groups != 0 || out_channels % groups != 0)
    reject(node,
           fmt::format("groups {} divides not both its {} input and {} output channels", groups, in_channels,
                       out_channels),
           "choose a common divisor; 1 connects all channels");
}

Shape infer_shape(const Node& node, std::span<const Shape> inputs) {
  const Shape& input = feature_map(node, inputs);
  const int64_t out_channels = integer_at_least(node, "out_channels", 1);
  check_groups(node, input[0], out_channels);
  const Window window{kernel_of(node), integer_at_least(node, "stride", 1), node.integer("padding"),
                      integer_at_least(node, "dilation", 1)};
  return {out_channels, window_positions(node, input, input[1], window),
          window_positions(node, input, input[2], window)};
}

std::vector<ParameterSpec> parameters(const Node& node, std::span<const Shape> inputs) {
  const int64_t out = node.integer("out_channels"), kernel = node.integer("kernel");
  const int64_t in_of_group = inputs[0][0] / node.integer("groups");
  const int64_t area = kernel * kernel;
  std::vector<ParameterSpec> list{
      {"weight", {out, in_of_group, kernel, kernel}, true, Init::weight, in_of_group * area, out * area}};
  if (node.flag("bias")) list.push_back({"bias", {out}, true, Init::zeros});
  return list;
}

int64_t flops(const Node& node, std::span<const Shape> inputs, const Shape& output) {
  const int64_t kernel = node.integer("kernel");
  return 2 * (inputs[0][0] / node.integer("groups")) * kernel * kernel * element_count(output);
}

}  // namespace

Operator conv2d_row() {
  return {.name = "conv2d",
          .words = {"A convolution with square kernels",
                    "{ op = \"conv2d\", out_channels = 16, kernel = 3, padding = \"same\" }"},
          .attributes = {{"out_channels", int64_t{0}, "filters", true},
                         {"kernel", int64_t{0}, "side of the window", true},
                         {"stride", int64_t{1}, "cells from one window to the next"},
                         {"padding", int64_t{0}, "cells of zeros on each side, \"same\" or \"valid\""},
                         {"dilation", int64_t{1}, "distance of the cells that a kernel reads"},
                         {"groups", int64_t{1}, "groups of channels that do not see each other"},
                         {"bias", true, "a learned number is added to each channel"}},
          .infer_shape = infer_shape,
          .parameters = parameters,
          .flops = flops};
}

}  // namespace margay::graph
