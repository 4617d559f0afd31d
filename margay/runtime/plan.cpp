// Fusion as a plan; the graph stays as its author wrote it.
#include "margay/runtime/plan.h"

#include <algorithm>
#include <cmath>

#include "margay/graph/operator.h"

namespace margay::runtime {
namespace {

bool is_alias(const graph::Node& node) {
  return node.op == "dropout" || node.op == "stochastic_depth" || node.op == "flatten";
}

/// Whether an operator can apply an activation to its output as it writes it. oneDNN's batch norm knows relu
/// alone.
bool can_activate(std::string_view op, std::string_view activation) {
  return op == "conv2d" || op == "linear" || op == "add" || (op == "batch_norm2d" && activation == "relu");
}

/// The node that computes what `node` gives.
int source_of(const graph::Graph& graph, int node) {
  while (is_alias(graph.nodes()[node])) node = graph.nodes()[node].inputs[0];
  return node;
}

/// How often what each node computes is read on the way to the network's output, through nodes that compute
/// nothing; 0: not needed.
std::vector<int> count_needed_reads(const graph::Graph& graph) {
  std::vector<int> readers(graph.nodes().size());
  ++readers[source_of(graph, graph.output())];
  for (int i = graph.output(); i > 0; --i) {
    if (readers[i] == 0 || is_alias(graph.nodes()[i])) continue;
    for (const int input : graph.nodes()[i].inputs) ++readers[source_of(graph, input)];
  }
  return readers;
}

class Planner {
 public:
  explicit Planner(const graph::Graph& graph)
      : graph_(graph), readers_(count_needed_reads(graph)), step_of_(graph.nodes().size(), -1) {}

  Plan make() {
    append({.node = 0, .inputs = {}});
    for (int i = 1; i <= graph_.output(); ++i)
      if (readers_[i] > 0 && !fuse(i)) append({.node = i, .inputs = inputs_of(i)});
    return std::move(plan_);
  }

 private:
  void append(Step step) {
    step_of_[step.node] = static_cast<int>(plan_.steps.size());
    last_node_.push_back(step.node);
    plan_.steps.push_back(std::move(step));
  }

  int step_of(int node) const { return step_of_[source_of(graph_, node)]; }

  std::vector<int> inputs_of(int node) const {
    std::vector<int> inputs;
    for (const int input : graph_.nodes()[node].inputs) inputs.push_back(step_of(input));
    return inputs;
  }

  /// Lets the step before take over the work of `node` where nobody else reads that step.
  bool fuse(int node) {
    const std::string& op = graph_.nodes()[node].op;
    const bool is_activation = graph::find_operator(op).is_activation;
    if (!is_activation && op != "batch_norm2d") return false;
    const int index = step_of(graph_.nodes()[node].inputs[0]);
    Step& before = plan_.steps[index];
    if (readers_[last_node_[index]] != 1 || before.activation >= 0) return false;
    const std::string& op_before = graph_.nodes()[before.node].op;
    if (op == "batch_norm2d") {
      if (op_before != "conv2d" || before.batch_norm >= 0) return false;
      before.batch_norm = node;
    } else {
      if (!can_activate(op_before, op)) return false;
      before.activation = node;
    }
    step_of_[node] = index;
    last_node_[index] = node;
    return true;
  }

  const graph::Graph& graph_;
  std::vector<int> readers_;
  std::vector<int> step_of_;    ///< by node
  std::vector<int> last_node_;  ///< by step: the last node that melted into it
  Plan plan_;
};

}  // namespace

Plan make_plan(const graph::Graph& graph) {
  return Planner(graph).make();
}

uint64_t bytes_per_picture(const graph::Graph& graph, const Plan& plan) {
  const auto bytes_of = [&](int node) {
    return static_cast<uint64_t>(graph::element_count(graph.shape(node))) * sizeof(float);
  };
  uint64_t most = 0;
  for (const Step& step : plan.steps) {
    uint64_t touched = bytes_of(step.node);
    // The input is there all the time, and counted below.
    for (const int input : step.inputs) touched += input == 0 ? 0 : bytes_of(plan.steps[input].node);
    most = std::max(most, step.node == 0 ? 0 : touched);
  }
  return bytes_of(0) + most;
}

ConvolutionWeights fold_batch_norm(const graph::Graph& graph, const graph::Weights& weights,
                                   const Step& step) {
  const std::string& name = graph.nodes()[step.node].name;
  ConvolutionWeights folded{weights.at(name + ".weight"), {}};
  const int64_t channels = folded.weight.shape[0];
  const auto bias = weights.find(name + ".bias");
  folded.bias =
      bias != weights.end() ? bias->second : graph::Tensor{{channels}, std::vector<float>(channels)};
  if (step.batch_norm < 0) return folded;

  const graph::Node& norm = graph.nodes()[step.batch_norm];
  const auto values = [&](const char* parameter) -> const std::vector<float>& {
    return weights.at(norm.name + "." + parameter).values;
  };
  const auto &gamma = values("weight"), &beta = values("bias"), &mean = values("running_mean"),
             &variance = values("running_var");
  const int64_t per_channel = graph::element_count(folded.weight.shape) / channels;
  for (int64_t c = 0; c < channels; ++c) {
    const double scale = gamma[c] / std::sqrt(static_cast<double>(variance[c]) + norm.number("eps"));
    for (int64_t i = c * per_channel; i < (c + 1) * per_channel; ++i)
      folded.weight.values[i] = static_cast<float>(folded.weight.values[i] * scale);
    folded.bias.values[c] =
        static_cast<float>((static_cast<double>(folded.bias.values[c]) - mean[c]) * scale + beta[c]);
  }
  return folded;
}

}  // namespace margay::runtime
