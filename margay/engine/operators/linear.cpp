// linear and flatten.
#include "margay/graph/operators/linear.h"

#include "margay/engine/operators.h"
#include "margay/graph/operators/flatten.h"

namespace margay::engine {
namespace {

using graph::Linear;

at::Tensor execute(const Linear&, const OperatorCall& call) {
  return at::linear(call.inputs[0], call.parameters[Linear::kWeight],
                    optional_parameter(call, Linear::kBias));
}

at::Tensor execute(const graph::Flatten&, const OperatorCall& call) {
  return at::flatten(call.inputs[0], 1);
}

}  // namespace

std::vector<OperatorExecution> linear_rows() {
  return {executed_by<graph::Linear>(execute), executed_by<graph::Flatten>(execute)};
}

}  // namespace margay::engine
