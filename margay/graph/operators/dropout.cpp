// dropout, of which nothing is left at inference.
#include "margay/graph/operators/dropout.h"

#include "margay/graph/operators/checks.h"

namespace margay::graph {

std::span<const Field<Dropout>> Dropout::fields() {
  static const Field<Dropout> fields[] = {{"rate", &Dropout::rate, "probability", kDropRate}};
  return fields;
}

Operator Dropout::row() {
  return {.name = kOp,
          .words = {"In training each value becomes 0 with this probability, and the others grow in turn",
                    "{ op = \"dropout\", rate = 0.2 }"},
          .attributes = schema<Dropout>(),
          .infer_shape = [](const Node&, std::span<const Shape> inputs) { return inputs[0]; },
          .changes_no_value = true,
          .is_alias = true,
          .drops_values = true};
}

}  // namespace margay::graph
