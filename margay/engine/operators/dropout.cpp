// dropout and stochastic_depth.
#include "margay/engine/dropout.h"

#include "margay/engine/operators.h"
#include "margay/graph/operators/dropout.h"
#include "margay/graph/operators/stochastic_depth.h"

namespace margay::engine {
namespace {

std::vector<uint64_t> keys_of(const OperatorCall& call) {
  const ForwardContext& context = call.context;
  return dropout_keys(context.seed, context.epoch, context.samples, call.name);
}

at::Tensor execute(const graph::Dropout& dropout, const OperatorCall& call) {
  if (!call.context.training || dropout.rate == 0) return call.inputs[0];
  return keyed_dropout(call.inputs[0], keys_of(call), dropout.rate);
}

at::Tensor execute(const graph::StochasticDepth& depth, const OperatorCall& call) {
  if (!call.context.training || depth.rate == 0) return call.inputs[0];
  return keyed_stochastic_depth(call.inputs[0], keys_of(call), depth.rate);
}

}  // namespace

std::vector<OperatorExecution> drop_rows() {
  return {executed_by<graph::Dropout>(execute), executed_by<graph::StochasticDepth>(execute)};
}

}  // namespace margay::engine
