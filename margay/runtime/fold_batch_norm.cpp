// w' = w s, b' = (b - mean) s + beta, in double.
#include "margay/runtime/fold_batch_norm.h"

#include <cmath>

#include "margay/graph/operators/batch_norm2d.h"
#include "margay/graph/operators/conv2d.h"

namespace margay::runtime {

using graph::BatchNorm2d, graph::Conv2d;

ConvolutionWeights fold_batch_norm(const graph::Graph& graph, const graph::Weights& weights,
                                   const Step& step) {
  const std::vector<const graph::Tensor*> own = graph::tensors_of(graph, step.node, weights);
  ConvolutionWeights folded{*own[Conv2d::kWeight], {}};
  const int64_t channels = folded.weight.shape[0];
  folded.bias = own.size() > Conv2d::kBias ? *own[Conv2d::kBias]
                                           : graph::Tensor{{channels}, std::vector<float>(channels)};
  if (step.batch_norm < 0) return folded;

  const double eps = graph::bind<BatchNorm2d>(graph.nodes()[step.batch_norm]).eps;
  const std::vector<const graph::Tensor*> of_norm = graph::tensors_of(graph, step.batch_norm, weights);
  const auto values = [&](int index) -> const std::vector<float>& { return of_norm[index]->values; };
  const auto &gamma = values(BatchNorm2d::kWeight), &beta = values(BatchNorm2d::kBias),
             &mean = values(BatchNorm2d::kRunningMean), &variance = values(BatchNorm2d::kRunningVariance);
  const int64_t per_channel = graph::element_count(folded.weight.shape) / channels;
  for (int64_t c = 0; c < channels; ++c) {
    const double scale = gamma[c] / std::sqrt(static_cast<double>(variance[c]) + eps);
    for (int64_t i = c * per_channel; i < (c + 1) * per_channel; ++i)
      folded.weight.values[i] = static_cast<float>(folded.weight.values[i] * scale);
    folded.bias.values[c] =
        static_cast<float>((static_cast<double>(folded.bias.values[c]) - mean[c]) * scale + beta[c]);
  }
  return folded;
}

}  // namespace margay::runtime
