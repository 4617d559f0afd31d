// What makes one value of two: add, multiply, concat.
#include "margay/core/error.h"
#include "margay/graph/operators/checks.h"
#include "margay/graph/operators/rows.h"

namespace margay::graph {
namespace {

Shape infer_sum_shape(const Node& node, std::span<const Shape> inputs) {
  if (inputs[0] != inputs[1])
    reject(node, fmt::format("it cannot add {} and {}", to_string(inputs[0]), to_string(inputs[1])),
           "both must have one shape; a 1 x 1 convolution can change channels");
  return inputs[0];
}

Shape infer_product_shape(const Node& node, std::span<const Shape> inputs) {
  const Shape& input = feature_map(node, inputs);
  if (inputs[1] != input && inputs[1] != Shape{input[0], 1, 1})
    reject(node, fmt::format("it cannot multiply {} and {}", to_string(input), to_string(inputs[1])),
           "the second must have the shape of the first, or one value for each of its channels");
  return input;
}

Shape infer_joined_shape(const Node& node, std::span<const Shape> inputs) {
  if (inputs[0].size() == 1 && inputs[1].size() == 1) return {inputs[0][0] + inputs[1][0]};
  Shape joined = feature_map(node, inputs);
  const Shape& other = feature_map(node, inputs.subspan(1));
  if (joined[1] != other[1] || joined[2] != other[2])
    reject(node, fmt::format("it cannot join the channels of {} and {}", to_string(joined), to_string(other)),
           "both must have one height and width");
  joined[0] += other[0];
  return joined;
}

}  // namespace

Operator add_row() {
  return {.name = "add",
          .words =
              {"The sum of two outputs of one shape",
               "{ op = \"conv2d\", out_channels = 16, kernel = 3, padding = \"same\", tap = \"shortcut\" },\n"
               "{ op = \"conv2d\", out_channels = 16, kernel = 3, padding = \"same\", name = \"conv\" },\n"
               "{ op = \"add\", inputs = [\"conv\", \"shortcut\"] }"},
          .inputs = 2,
          .infer_shape = infer_sum_shape};
}

/// Value by value, or with a second input {C, 1, 1} channel by channel.
Operator multiply_row() {
  return {
      .name = "multiply",
      .words = {"The product of two outputs, value by value; the second may be one value for each channel",
                "{ op = \"conv2d\", out_channels = 16, kernel = 3, tap = \"map\" },\n"
                "{ op = \"global_avg_pool2d\", keep_map = true },\n"
                "{ op = \"sigmoid\", name = \"gate\" },\n"
                "{ op = \"multiply\", inputs = [\"map\", \"gate\"] }"},
      .inputs = 2,
      .infer_shape = infer_product_shape};
}

/// The channels of the second behind those of the first; or the numbers of two vectors.
Operator concat_row() {
  return {
      .name = "concat",
      .words = {"The channels of the second output behind those of the first, or the numbers of two vectors",
                "{ op = \"conv2d\", out_channels = 16, kernel = 1, tap = \"narrow\" },\n"
                "{ op = \"conv2d\", out_channels = 16, kernel = 3, padding = \"same\", inputs = [\"input\"], "
                "name = \"wide\" },\n"
                "{ op = \"concat\", inputs = [\"narrow\", \"wide\"] }"},
      .inputs = 2,
      .infer_shape = infer_joined_shape};
}

}  // namespace margay::graph
