// leaky_relu, which no side of zero silences.
#include "margay/graph/operators/leaky_relu.h"

namespace margay::graph {

std::span<const Field<LeakyRelu>> LeakyRelu::fields() {
  static const Field<LeakyRelu> fields[] = {
      {"slope", &LeakyRelu::slope, "of what is below 0; Keras has 0.3"}};
  return fields;
}

Operator LeakyRelu::row() {
  return {.name = kOp,
          .words = {"x above 0, slope x below", "{ op = \"leaky_relu\", slope = 0.1 }"},
          .attributes = schema<LeakyRelu>(),
          .infer_shape = [](const Node&, std::span<const Shape> inputs) { return inputs[0]; },
          .is_activation = true};
}

}  // namespace margay::graph
