// flatten: the same numbers read as a vector.
#include "margay/graph/operators/flatten.h"

namespace margay::graph {

Operator Flatten::row() {
  return {.name = kOp,
          .words = {"A feature map as one vector, channel by channel", "{ op = \"flatten\" }"},
          .infer_shape = [](const Node&,
                            std::span<const Shape> inputs) { return Shape{element_count(inputs[0])}; },
          .changes_no_value = true,
          .is_alias = true};
}

}  // namespace margay::graph
