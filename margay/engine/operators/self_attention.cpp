// self_attention.
#include "margay/graph/operators/self_attention.h"

#include <cmath>

#include "margay/engine/operators.h"

namespace margay::engine {
namespace {

using graph::SelfAttention;

at::Tensor execute(const SelfAttention& attention, const OperatorCall& call) {
  const at::Tensor& x = call.inputs[0];
  const int64_t heads = attention.heads, size = x.size(2) / heads;
  // [3, N, heads, T, size]
  const at::Tensor projected = at::linear(x, call.parameters[SelfAttention::kProjectionWeight],
                                          call.parameters[SelfAttention::kProjectionBias])
                                   .reshape({x.size(0), x.size(1), 3, heads, size})
                                   .permute({2, 0, 3, 1, 4});
  const at::Tensor queries = projected[0] * (1.0 / std::sqrt(static_cast<double>(size)));
  const at::Tensor weights = at::softmax(at::matmul(queries, projected[1].transpose(2, 3)), -1);
  return at::matmul(weights, projected[2]).transpose(1, 2).flatten(2);
}

}  // namespace

std::vector<OperatorExecution> self_attention_rows() {
  return {executed_by<graph::SelfAttention>(execute)};
}

}  // namespace margay::engine
