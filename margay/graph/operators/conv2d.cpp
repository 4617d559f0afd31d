// conv2d: square kernels, channels in groups.
#include "margay/graph/operators/conv2d.h"

#include "margay/core/error.h"
#include "margay/graph/operators/checks.h"

namespace margay::graph {
namespace {

void check_groups(const Conv2d& conv, const Node& node, int64_t in_channels) {
  if (in_channels % conv.groups != 0 || conv.out_channels % conv.groups != 0)
    reject(node,
           fmt::format("groups {} divides not both its {} input and {} output channels", conv.groups,
                       in_channels, conv.out_channels),
           "choose a common divisor; 1 connects all channels");
}

Shape infer_shape(const Conv2d& conv, const Node& node, std::span<const Shape> inputs) {
  const Shape& input = feature_map(node, inputs);
  check_groups(conv, node, input[0]);
  const Window window{conv.kernel, conv.stride, conv.padding, conv.dilation};
  return {conv.out_channels, window_positions(node, input, input[1], window),
          window_positions(node, input, input[2], window)};
}

std::vector<ParameterSpec> parameters(const Conv2d& conv, std::span<const Shape> inputs) {
  const int64_t in_of_group = inputs[0][0] / conv.groups, area = conv.kernel * conv.kernel;
  std::vector<ParameterSpec> list{{"weight",
                                   {conv.out_channels, in_of_group, conv.kernel, conv.kernel},
                                   true,
                                   Init::weight,
                                   in_of_group * area,
                                   conv.out_channels * area}};
  if (conv.bias) list.push_back({"bias", {conv.out_channels}, true, Init::zeros});
  return list;
}

int64_t flops(const Conv2d& conv, std::span<const Shape> inputs, const Shape& output) {
  return 2 * (inputs[0][0] / conv.groups) * conv.kernel * conv.kernel * element_count(output);
}

}  // namespace

std::span<const Field<Conv2d>> Conv2d::fields() {
  static const Field<Conv2d> fields[] = {
      {"out_channels", &Conv2d::out_channels, "filters", at_least(1), Presence::required},
      {"kernel", &Conv2d::kernel, "side of the window", from_to(1, kMaxKernel), Presence::required},
      {"stride", &Conv2d::stride, "cells from one window to the next", at_least(1)},
      {"padding", &Conv2d::padding, "cells of zeros on each side, \"same\" or \"valid\""},
      {"dilation", &Conv2d::dilation, "distance of the cells that a kernel reads", at_least(1)},
      {"groups", &Conv2d::groups, "groups of channels that do not see each other", at_least(1)},
      {"bias", &Conv2d::bias, "a learned number is added to each channel"}};
  return fields;
}

Operator Conv2d::row() {
  return {.name = kOp,
          .words = {"A convolution with square kernels",
                    "{ op = \"conv2d\", out_channels = 16, kernel = 3, padding = \"same\" }"},
          .other_names = {"convolution2d"},
          .attributes = schema<Conv2d>(),
          .infer_shape = bound<Conv2d>(infer_shape),
          .parameters = bound<Conv2d>(parameters),
          .flops = bound<Conv2d>(flops),
          .has_weight_matrix = true,
          .takes_batch_norm = true,
          .takes_activation = true};
}

}  // namespace margay::graph
