// concat: two outputs side by side.
#include "margay/graph/operators/concat.h"

#include "margay/core/error.h"
#include "margay/graph/fields.h"
#include "margay/graph/operators/checks.h"

namespace margay::graph {
namespace {

Shape infer_shape(const Concat&, const Node& node, std::span<const Shape> inputs) {
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

Operator Concat::row() {
  return {
      .name = kOp,
      .words = {"The channels of the second output behind those of the first, or the numbers of two vectors",
                "{ op = \"conv2d\", out_channels = 16, kernel = 1, tap = \"narrow\" },\n"
                "{ op = \"conv2d\", out_channels = 16, kernel = 3, padding = \"same\", inputs = [\"input\"], "
                "name = \"wide\" },\n"
                "{ op = \"concat\", inputs = [\"narrow\", \"wide\"] }"},
      .other_names = {"concatenate"},
      .inputs = 2,
      .infer_shape = bound<Concat>(infer_shape)};
}

}  // namespace margay::graph
