// multiply: a gate, or two maps.
#include "margay/graph/operators/multiply.h"

#include "margay/core/error.h"
#include "margay/graph/fields.h"
#include "margay/graph/operators/checks.h"

namespace margay::graph {
namespace {

Shape infer_shape(const Multiply&, const Node& node, std::span<const Shape> inputs) {
  const Shape& input = feature_map(node, inputs);
  if (inputs[1] != input && inputs[1] != Shape{input[0], 1, 1})
    reject(node, fmt::format("it cannot multiply {} and {}", to_string(input), to_string(inputs[1])),
           "the second must have the shape of the first, or one value for each of its channels");
  return input;
}

}  // namespace

Operator Multiply::row() {
  return {
      .name = kOp,
      .words = {"The product of two outputs, value by value; the second may be one value for each channel",
                "{ op = \"conv2d\", out_channels = 16, kernel = 3, tap = \"map\" },\n"
                "{ op = \"global_avg_pool2d\", keep_map = true },\n"
                "{ op = \"sigmoid\", name = \"gate\" },\n"
                "{ op = \"multiply\", inputs = [\"map\", \"gate\"] }"},
      .inputs = 2,
      .infer_shape = bound<Multiply>(infer_shape)};
}

}  // namespace margay::graph
