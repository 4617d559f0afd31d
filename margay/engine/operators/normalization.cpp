// batch_norm2d, layer_norm and layer_scale.
#include "margay/engine/operators.h"
#include "margay/graph/operators/batch_norm2d.h"
#include "margay/graph/operators/layer_norm.h"
#include "margay/graph/operators/layer_scale.h"

namespace margay::engine {
namespace {

using graph::BatchNorm2d, graph::LayerNorm, graph::LayerScale;

/// One value of each channel, such as a picture alone whose map has shrunk to 1 x 1, has no variance: what
/// was remembered stands in.
at::Tensor execute(const BatchNorm2d& norm, const OperatorCall& call) {
  const at::Tensor& x = call.inputs[0];
  const bool uses_batch = call.context.uses_batch_statistics() && x.numel() > x.size(1);
  const double momentum = call.context.batch_norm_momentum.value_or(norm.momentum);
  return at::batch_norm(x, call.parameters[BatchNorm2d::kWeight], call.parameters[BatchNorm2d::kBias],
                        call.parameters[BatchNorm2d::kRunningMean],
                        call.parameters[BatchNorm2d::kRunningVariance], uses_batch, momentum, norm.eps,
                        false);
}

at::Tensor execute(const LayerNorm& norm, const OperatorCall& call) {
  const at::Tensor &x = call.inputs[0], &weight = call.parameters[LayerNorm::kWeight];
  const bool is_map = x.dim() == 4;
  // In the type of the parameters: libtorch 1.13 wants one type of all, and in bfloat16 it sums the gradients
  // of weight and bias up in bfloat16, which of a few thousand rows loses half.
  const at::Tensor rows = (is_map ? x.permute({0, 2, 3, 1}) : x).to(weight.scalar_type());
  const at::Tensor normal =
      at::layer_norm(rows, weight.sizes(), weight, call.parameters[LayerNorm::kBias], norm.eps)
          .to(x.scalar_type());
  return is_map ? normal.permute({0, 3, 1, 2}) : normal;
}

at::Tensor execute(const LayerScale&, const OperatorCall& call) {
  return call.inputs[0] * call.parameters[LayerScale::kFactors];
}

}  // namespace

std::vector<OperatorExecution> normalization_rows() {
  return {executed_by<graph::BatchNorm2d>(execute), executed_by<graph::LayerNorm>(execute),
          executed_by<graph::LayerScale>(execute)};
}

}  // namespace margay::engine
