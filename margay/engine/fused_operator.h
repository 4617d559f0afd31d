// Several nodes of a graph executed as one.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "margay/engine/operators.h"
#include "margay/fused/convolution_spec.h"

namespace margay::engine {

/// One execution of a chain.
struct FusedCall {
  std::span<const at::Tensor> inputs;      ///< what Chain::inputs say
  std::span<const at::Tensor> parameters;  ///< of all nodes, one node after the other
  const ForwardContext& context;
  at::ScalarType type;  ///< what convolutions and products compute in: float32 or bfloat16
};

/// What executes a chain. It differs from one operation after the other by rounding alone.
class FusedOperator {
 public:
  virtual ~FusedOperator() = default;
  /// Whether this processor does it, and fast; if not, the nodes are executed one by one.
  virtual bool is_usable(const FusedCall& call) = 0;
  virtual at::Tensor run(const FusedCall& call) = 0;
};

/// Nodes of which each but the last is read by the next one alone.
struct Chain {
  std::vector<int> nodes;
  std::vector<int> inputs;  ///< nodes outside that are read
  std::shared_ptr<FusedOperator> fused;
};

/// A graph, for each node how many read it, since what a second one reads has to be kept as it is, and
/// whether it belongs to a chain already.
struct GraphView {
  const graph::Graph& graph;
  const std::vector<int>& readers;
  const std::vector<bool>& taken;

  const graph::Node& node(int index) const { return graph.nodes()[index]; }
  /// The only reader of a node; -1 where there are several, or none, or it is taken.
  int only_reader(int index) const;
};

/// The chain that begins at `node`; nothing where there is none.
std::optional<Chain> find_chain(const GraphView& view, int node);

// The kinds of chains, each in a file of its own.
std::optional<Chain> find_convolution_chain(const GraphView& view, int node);
std::optional<Chain> find_norm_chain(const GraphView& view, int node);
std::optional<Chain> find_pool_chain(const GraphView& view, int node);
std::optional<Chain> find_dense_chain(const GraphView& view, int node);

/// 2 x 2 at stride 2, without padding.
bool is_plain_pool(const graph::Node& node);

fused::ConvolutionSpec convolution_spec(const graph::Graph& graph, int node);

/// `[N, C, H, W]` of a type, channels last.
at::Tensor in_layout(const at::Tensor& map, at::ScalarType type);

/// Null or none for a tensor that is not defined.
const void* data_or_null(const at::Tensor& tensor);
c10::optional<at::Tensor> optional_of(const at::Tensor& tensor);

/// A kernel for each precision, made when it is needed first.
template <class Kernel, class Spec>
class Kernels {
 public:
  explicit Kernels(const Spec& spec) : spec_(spec) {}

  const Spec& spec() const { return spec_; }

  /// Null where this processor has none.
  Kernel* find(at::ScalarType type) {
    Variant& variant = type == at::kBFloat16 ? bfloat16_ : float32_;
    if (!variant.is_known) {
      const auto precision = type == at::kBFloat16 ? fused::Precision::bfloat16 : fused::Precision::float32;
      variant.is_known = true;
      if (Kernel::is_supported(spec_, precision)) variant.kernel = std::make_unique<Kernel>(spec_, precision);
    }
    return variant.kernel.get();
  }

 private:
  struct Variant {
    bool is_known = false;
    std::unique_ptr<Kernel> kernel;
  };
  Spec spec_;
  Variant float32_, bfloat16_;
};

}  // namespace margay::engine
