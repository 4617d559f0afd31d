// Fusion as a plan; the graph stays as its author wrote it.
#include "margay/runtime/plan.h"

#include <algorithm>

#include "margay/graph/operators/batch_norm2d.h"
#include "margay/runtime/operators.h"

namespace margay::runtime {
namespace {

bool is_alias(const graph::Node& node) {
  return graph::operator_of(node).is_alias;
}

/// Whether a node can apply an activation to its output as it writes it.
bool can_activate(const graph::Node& node, const graph::Node& activation) {
  if (!graph::operator_of(node).takes_activation) return false;
  const auto& applies = find_row(node.op).applies;
  return !applies || applies(activation);
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
    const graph::Node& next = graph_.nodes()[node];
    const bool is_norm = graph::is<graph::BatchNorm2d>(next);
    if (!is_norm && !graph::operator_of(next).is_activation) return false;
    const int index = step_of(next.inputs[0]);
    Step& before = plan_.steps[index];
    if (readers_[last_node_[index]] != 1 || before.activation >= 0) return false;
    const graph::Node& first = graph_.nodes()[before.node];
    if (is_norm) {
      if (!graph::operator_of(first).takes_batch_norm || before.batch_norm >= 0) return false;
      before.batch_norm = node;
    } else {
      if (!can_activate(first, next)) return false;
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

bool is_resolved_by_plan(const graph::Operator& row) {
  return row.is_alias || row.inputs == 0;
}

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

}  // namespace margay::runtime
