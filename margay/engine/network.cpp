// Plans and executes a graph with libtorch.
#include "margay/engine/network.h"

#include <cstring>
#include <utility>

#include "margay/engine/foreign_errors.h"
#include "margay/engine/precision.h"
#include "margay/graph/operator.h"
#include "margay/graph/pool_first.h"

namespace margay::engine {
namespace {

std::vector<int> count_readers(const graph::Graph& graph) {
  std::vector<int> readers(graph.nodes().size());
  for (const graph::Node& node : graph.nodes())
    for (const int input : node.inputs) ++readers[input];
  for (const auto& [name, node] : graph.taps()) ++readers[node];
  ++readers.back();
  return readers;
}

/// For each node, the values that are read for the last time there.
std::vector<std::vector<int>> find_last_reads(const graph::Graph& graph) {
  const auto& nodes = graph.nodes();
  std::vector<int> last(nodes.size(), -1);
  for (int i = 0; i < static_cast<int>(nodes.size()); ++i)
    for (const int input : nodes[i].inputs) last[input] = i;
  std::vector<std::vector<int>> finished(nodes.size());
  for (int i = 0; i < static_cast<int>(nodes.size()); ++i)
    if (last[i] >= 0) finished[last[i]].push_back(i);
  return finished;
}

}  // namespace

at::Tensor to_tensor(const graph::Tensor& tensor, torch::Device device) {
  at::Tensor made = at::empty(tensor.shape, at::kFloat);
  std::memcpy(made.data_ptr<float>(), tensor.values.data(), tensor.values.size() * sizeof(float));
  if (made.dim() == 4) made = made.contiguous(at::MemoryFormat::ChannelsLast);
  return made.to(device);
}

graph::Tensor to_host(const at::Tensor& tensor) {
  const at::Tensor values = tensor.detach().to(at::kCPU, at::kFloat).contiguous();
  graph::Tensor host{values.sizes().vec(), std::vector<float>(values.numel())};
  std::memcpy(host.values.data(), values.data_ptr<float>(), host.values.size() * sizeof(float));
  return host;
}

Network::Network(graph::Graph graph, const graph::Weights& weights, torch::Device device, Fusion fusion)
    : graph_(std::move(graph)), execution_graph_(graph::pool_first(graph_)), device_(device) {
  graph::check_weights(graph_, weights, "engine");
  translate_errors("engine", [&] {
    for (const graph::GraphParameter& parameter : graph::parameters_of(graph_)) {
      at::Tensor tensor = to_tensor(weights.at(parameter.name), device_);
      tensor.set_requires_grad(parameter.spec.trained);
      tensors_.push_back({parameter.name, tensor, parameter.spec.trained});
    }
  });
  plan(device.is_cpu() ? fusion : Fusion::off);
}

void Network::plan(Fusion fusion) {
  const std::vector<int> readers = count_readers(execution_graph_);
  const std::vector<std::vector<int>> finished = find_last_reads(execution_graph_);
  const auto count = static_cast<int>(execution_graph_.nodes().size());
  std::vector<bool> planned(count);
  for (int node = 1; node < count; ++node) {
    if (planned[node]) continue;
    std::vector<int> nodes{node};
    Group group;
    if (const auto chain = find_chain(execution_graph_, node, readers); chain && fusion == Fusion::on) {
      nodes = chain->nodes;
      group.fused = std::make_shared<FusedConvolution>(chain->spec);
    }
    for (const int member : nodes) {
      planned[member] = true;
      group.steps.push_back(plan_step(member, readers));
      group.steps.back().finished_inputs = finished[member];
    }
    groups_.push_back(std::move(group));
  }
}

Network::Step Network::plan_step(int index, std::span<const int> readers) const {
  const graph::Node& node = execution_graph_.nodes()[index];
  Step step{index, &find_execution(node.op), {}, false, {}};
  if (node.inputs.size() == 1) {
    const int input = node.inputs[0];
    step.may_overwrite_input =
        readers[input] == 1 && !find_execution(execution_graph_.nodes()[input].op).output_is_saved;
  }
  for (const NamedTensor& tensor : tensors_)
    if (tensor.name.substr(0, tensor.name.rfind('.')) == node.name) step.parameters.push_back(tensor.tensor);
  return step;
}

at::Tensor Network::run_step(const Step& step, std::vector<at::Tensor>& values,
                             const ForwardContext& context) const {
  const graph::Node& node = execution_graph_.nodes()[step.node];
  std::vector<at::Tensor> inputs;
  for (const int input : node.inputs) inputs.push_back(values[input]);
  const OperatorCall call{node, inputs, step.parameters, context, step.may_overwrite_input};
  return step.execution->execute(call);
}

void Network::run_group(const Group& group, std::vector<at::Tensor>& values,
                        const ForwardContext& context) const {
  const auto forget = [&](const Step& step) {
    for (const int input : step.finished_inputs) values[input] = at::Tensor();
  };
  const at::ScalarType type = active_precision(device_);
  if (!group.fused || !group.fused->is_usable(type)) {
    for (const Step& step : group.steps) {
      values[step.node] = run_step(step, values, context);
      forget(step);
    }
    return;
  }
  const Step& convolution = group.steps.front();
  const auto& parameters = convolution.parameters;
  const int input = execution_graph_.nodes()[convolution.node].inputs[0];
  at::Tensor output = group.fused->run(values[input], parameters[0],
                                       parameters.size() > 1 ? parameters[1] : at::Tensor(), type);
  forget(convolution);
  values[group.steps.back().node] = std::move(output);
}

at::Tensor Network::forward(const at::Tensor& pictures, const ForwardContext& context) {
  return translate_errors("engine", [&] {
    std::vector<at::Tensor> values(execution_graph_.nodes().size());
    values[0] = pictures;
    for (const Group& group : groups_) run_group(group, values, context);
    return values.back().to(at::kFloat);
  });
}

std::vector<at::Tensor> Network::trained_tensors() const {
  std::vector<at::Tensor> trained;
  for (const NamedTensor& tensor : tensors_)
    if (tensor.trained) trained.push_back(tensor.tensor);
  return trained;
}

graph::Weights Network::weights() const {
  graph::Weights weights;
  for (const NamedTensor& tensor : tensors_) weights.emplace(tensor.name, to_host(tensor.tensor));
  return weights;
}

void Network::set_weights(const graph::Weights& weights) {
  graph::check_weights(graph_, weights, "engine");
  const torch::NoGradGuard no_gradient;
  for (const NamedTensor& named : tensors_) {
    at::Tensor tensor = named.tensor;
    tensor.copy_(to_tensor(weights.at(named.name), device_));
  }
}

}  // namespace margay::engine
