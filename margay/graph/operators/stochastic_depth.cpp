// stochastic_depth, of which nothing is left at inference.
#include "margay/graph/operators/stochastic_depth.h"

#include "margay/graph/operators/checks.h"

namespace margay::graph {

std::span<const Field<StochasticDepth>> StochasticDepth::fields() {
  static const Field<StochasticDepth> fields[] = {{"rate", &StochasticDepth::rate, "probability", kDropRate}};
  return fields;
}

Operator StochasticDepth::row() {
  return {.name = kOp,
          .words =
              {"In training the whole input of a picture becomes 0 with this probability, before an addition",

               "{ op = \"conv2d\", out_channels = 3, kernel = 3, padding = \"same\" },\n"
               "{ op = \"stochastic_depth\", rate = 0.1, name = \"branch\" },\n"
               "{ op = \"add\", inputs = [\"branch\", \"input\"] }"},
          .attributes = schema<StochasticDepth>(),
          .infer_shape = [](const Node&, std::span<const Shape> inputs) { return inputs[0]; },
          .changes_no_value = true,
          .is_alias = true,
          .drops_values = true};
}

}  // namespace margay::graph
