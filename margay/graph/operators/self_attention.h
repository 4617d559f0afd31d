// The operator self_attention.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "margay/graph/fields.h"
#include "margay/graph/operator.h"

namespace margay::graph {

/// softmax(q k^T / sqrt(d)) v in each of `heads` (Vaswani et al. 2017), d the features of a head; q, k and v
/// are one linear layer of the input, what mixes the heads afterwards is another.
struct SelfAttention {
  static constexpr std::string_view kOp = "self_attention";
  enum Parameter { kProjectionWeight, kProjectionBias };

  int64_t heads = 0;

  static std::span<const Field<SelfAttention>> fields();
  static Operator row();
};

}  // namespace margay::graph
