// add: a shortcut joins its branch.
#include "margay/graph/operators/add.h"

#include "margay/core/error.h"
#include "margay/graph/fields.h"
#include "margay/graph/operators/checks.h"

namespace margay::graph {
namespace {

Shape infer_shape(const Add&, const Node& node, std::span<const Shape> inputs) {
  if (inputs[0] != inputs[1])
    reject(node, fmt::format("it cannot add {} and {}", to_string(inputs[0]), to_string(inputs[1])),
           "both must have one shape; a 1 x 1 convolution can change channels");
  return inputs[0];
}

}  // namespace

Operator Add::row() {
  return {.name = kOp,
          .words =
              {"The sum of two outputs of one shape",
               "{ op = \"conv2d\", out_channels = 16, kernel = 3, padding = \"same\", tap = \"shortcut\" },\n"
               "{ op = \"conv2d\", out_channels = 16, kernel = 3, padding = \"same\", name = \"conv\" },\n"
               "{ op = \"add\", inputs = [\"conv\", \"shortcut\"] }"},
          .inputs = 2,
          .infer_shape = bound<Add>(infer_shape),
          .takes_activation = true};
}

}  // namespace margay::graph
