// A convolution with the pooling and ReLU behind it as one differentiable operation on the CPU.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "margay/engine/torch.h"
#include "margay/fused/conv_pool.h"
#include "margay/graph/graph.h"

namespace margay::engine {

/// Nodes that become one: conv2d, then max_pool2d of 2 x 2 or relu or both in that order.
struct ConvolutionChain {
  std::vector<int> nodes;
  fused::ConvPoolSpec spec;
};

/// The chain that begins at `node`; nothing where it is no convolution or what follows is something else.
/// `readers` counts for each node who reads it: what a second one reads has to be kept as it is.
std::optional<ConvolutionChain> find_chain(const graph::Graph& graph, int node, std::span<const int> readers);

/// Executes a chain. What it computes differs from one operation after the other by rounding alone.
class FusedConvolution {
 public:
  explicit FusedConvolution(const fused::ConvPoolSpec& spec) : spec_(spec) {}

  /// Whether this processor does it fast in float32 or bfloat16.
  bool is_usable(at::ScalarType type);

  /// `input` is `[N, C, H, W]` of any type and layout; parameters are float32, `bias` may be undefined. The
  /// output is of `type`, channels last.
  at::Tensor run(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias,
                 at::ScalarType type);

 private:
  struct Variant {
    bool is_known = false;
    std::unique_ptr<fused::ConvPool> kernel;
  };
  Variant& variant(at::ScalarType type);

  fused::ConvPoolSpec spec_;
  Variant float32_, bfloat16_;
};

}  // namespace margay::engine
