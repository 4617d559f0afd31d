// A convolution and the batch norm behind it as one.
#pragma once

#include "margay/graph/graph.h"
#include "margay/graph/weights.h"
#include "margay/runtime/plan.h"

namespace margay::runtime {

/// Weight and bias of a convolution and of the batch norm after it, as one convolution: w' = w s, b' = (b -
/// mean) s + beta with s = gamma / sqrt(var + eps), computed in double.
struct ConvolutionWeights {
  graph::Tensor weight;
  graph::Tensor bias;
};
ConvolutionWeights fold_batch_norm(const graph::Graph& graph, const graph::Weights& weights,
                                   const Step& step);

}  // namespace margay::runtime
