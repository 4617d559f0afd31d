// A graph with its parameters as libtorch tensors: what is trained.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "margay/engine/fused_operator.h"
#include "margay/engine/operators.h"
#include "margay/engine/torch.h"
#include "margay/graph/graph.h"
#include "margay/graph/weights.h"

namespace margay::engine {

/// A parameter or buffer.
struct NamedTensor {
  std::string name;   ///< "features.0.weight"
  at::Tensor tensor;  ///< float32; four-dimensional ones are channels last
  bool trained;       ///< false: a buffer
};

/// Whether neighbours are executed as one where that is faster. It changes results by rounding alone.
enum class Fusion { on, off };

/// Executes a graph forward; libtorch's autograd knows the way back. Pictures of several sizes are planned
/// for as they come. Used by one thread.
class Network {
 public:
  /// Throws ModelError when the weights do not fit the graph.
  Network(graph::Graph graph, const graph::Weights& weights, at::Device device, Fusion fusion = Fusion::on);

  /// Logits `[N, outputs]` (float32) of normalised pictures `[N, C, H, W]`. Throws ModelError for a size that
  /// the graph cannot take, see graph::with_input.
  at::Tensor forward(const at::Tensor& pictures, const ForwardContext& context);

  const graph::Graph& graph() const { return graph_; }
  at::Device device() const { return device_; }

  /// Parameters and buffers in the order of graph::parameters_of.
  const std::vector<NamedTensor>& tensors() const { return tensors_; }
  /// Tensors that the optimiser changes.
  std::vector<at::Tensor> trained_tensors() const;

  /// Copies the values to and from the host.
  graph::Weights weights() const;
  void set_weights(const graph::Weights& weights);

 private:
  /// One node as it is executed.
  struct Step {
    int node;
    Execute execute;
    std::vector<at::Tensor> parameters;
    bool may_overwrite_input;
  };
  /// Nodes that are executed as one, or where that is no use one after the other.
  struct Group {
    std::vector<Step> steps;
    std::vector<int> inputs;               ///< values from outside
    std::vector<at::Tensor> parameters;    ///< of all steps
    std::shared_ptr<FusedOperator> fused;  ///< null: the steps one after the other
    std::vector<int> finished;             ///< values that nobody reads afterwards
  };
  /// How inputs of one shape are executed.
  struct Plan {
    graph::Graph graph;  ///< the same function, in the order in which it is cheaper
    std::vector<Group> groups;
  };
  const Plan& plan_for(const graph::Shape& input);
  Plan make_plan(const graph::Graph& graph) const;
  Group plan_group(const graph::Graph& graph, const Chain& chain, std::span<const int> readers) const;
  Step plan_step(const graph::Graph& graph, int node, std::span<const int> readers) const;
  const at::Tensor& tensor_named(const std::string& name) const;
  void run_group(const Plan& plan, const Group& group, std::vector<at::Tensor>& values,
                 const ForwardContext& context) const;
  at::Tensor run_step(const Plan& plan, const Step& step, std::vector<at::Tensor>& values,
                      const ForwardContext& context) const;

  graph::Graph graph_;
  at::Device device_;
  Fusion fusion_;
  std::vector<NamedTensor> tensors_;
  std::map<graph::Shape, Plan> plans_;  ///< by the shape of the input
};

/// Host values to a tensor on the device, and back.
at::Tensor to_tensor(const graph::Tensor& tensor, at::Device device);
graph::Tensor to_host(const at::Tensor& tensor);

}  // namespace margay::engine
