// elu, the exponential linear unit.
#include "margay/graph/operators/elu.h"

namespace margay::graph {

std::span<const Field<Elu>> Elu::fields() {
  static const Field<Elu> fields[] = {{"alpha", &Elu::alpha, "minus the limit far below 0", at_least(0)}};
  return fields;
}

Operator Elu::row() {
  return {.name = kOp,
          .words = {"x above 0, alpha (exp(x) - 1) below", "{ op = \"elu\" }"},
          .attributes = schema<Elu>(),
          .infer_shape = [](const Node&, std::span<const Shape> inputs) { return inputs[0]; },
          .is_activation = true,
          .silences_one_side = true};
}

}  // namespace margay::graph
