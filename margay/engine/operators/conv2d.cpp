// conv2d.
#include "margay/graph/operators/conv2d.h"

#include "margay/engine/operators.h"

namespace margay::engine {
namespace {

using graph::Conv2d;

at::Tensor execute(const Conv2d& conv, const OperatorCall& call) {
  return at::conv2d(call.inputs[0], call.parameters[Conv2d::kWeight], optional_parameter(call, Conv2d::kBias),
                    conv.stride, conv.padding, conv.dilation, conv.groups);
}

}  // namespace

std::vector<OperatorExecution> convolution_rows() {
  return {executed_by<graph::Conv2d>(execute)};
}

}  // namespace margay::engine
