// Plans and executes a graph with libtorch.
#include "margay/engine/network.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "margay/engine/foreign_errors.h"
#include "margay/engine/precision.h"
#include "margay/graph/operator.h"
#include "margay/graph/pool_first.h"
#include "margay/graph/readers.h"
#include "margay/graph/with_input.h"
#include "margay/runtime/cpu_engine.h"

namespace margay::engine {
namespace {

/// Kernels know float32; tests of gradients compute in float64.
bool has_float_parameters(std::span<const at::Tensor> parameters) {
  return std::ranges::all_of(parameters, [](const at::Tensor& p) { return p.scalar_type() == at::kFloat; });
}

}  // namespace

at::Tensor to_tensor(const graph::Tensor& tensor, at::Device device) {
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

Network::Network(graph::Graph graph, const graph::Weights& weights, at::Device device, Fusion fusion)
    : graph_(std::move(graph)), device_(device), fusion_(device.is_cpu() ? fusion : Fusion::off) {
  runtime::limit_instructions();  // libtorch convolves with oneDNN too
  graph::check_weights(graph_, weights, "engine");
  translate_errors("engine", [&] {
    for (const graph::GraphParameter& parameter : graph::parameters_of(graph_)) {
      at::Tensor tensor = to_tensor(weights.at(parameter.name), device_);
      tensor.set_requires_grad(parameter.spec.trained);
      tensors_.push_back({parameter.name, tensor, parameter.spec.trained});
    }
  });
  plan_for(graph_.input_shape());
}

const Network::Plan& Network::plan_for(const graph::Shape& input) {
  const auto found = plans_.find(input);
  if (found != plans_.end()) return found->second;
  return plans_.emplace(input, make_plan(graph::pool_first(graph::with_input(graph_, input)))).first->second;
}

Network::Plan Network::make_plan(const graph::Graph& graph) const {
  Plan plan{graph, {}};
  const std::vector<int> readers = graph::count_readers(graph);
  const auto count = static_cast<int>(graph.nodes().size());
  std::vector<bool> planned(count);
  for (int node = 1; node < count; ++node) {
    if (planned[node]) continue;
    Chain chain{{node}, graph.nodes()[node].inputs, nullptr};
    if (fusion_ == Fusion::on)
      if (auto found = find_chain({graph, readers, planned}, node)) chain = std::move(*found);
    for (const int member : chain.nodes) planned[member] = true;
    plan.groups.push_back(plan_group(graph, chain, readers));
  }
  // A chain has all of its inputs where its last node has.
  std::ranges::sort(plan.groups, {}, [](const Group& group) { return group.steps.back().node; });
  std::vector<bool> is_read(count);
  for (auto group = plan.groups.rbegin(); group != plan.groups.rend(); ++group)
    for (const int input : group->inputs)
      if (!is_read[input]) {
        is_read[input] = true;
        group->finished.push_back(input);
      }
  return plan;
}

Network::Group Network::plan_group(const graph::Graph& graph, const Chain& chain,
                                   std::span<const int> readers) const {
  Group group{.steps = {}, .inputs = chain.inputs, .parameters = {}, .fused = chain.fused, .finished = {}};
  for (const int node : chain.nodes) {
    group.steps.push_back(plan_step(graph, node, readers));
    for (const at::Tensor& parameter : group.steps.back().parameters) group.parameters.push_back(parameter);
  }
  return group;
}

const at::Tensor& Network::tensor_named(const std::string& name) const {
  const auto found = std::ranges::find(tensors_, name, &NamedTensor::name);
  require<ModelError>(found != tensors_.end(), "engine",
                      fmt::format("the network has no parameter {}", name));
  return found->tensor;
}

Network::Step Network::plan_step(const graph::Graph& graph, int index, std::span<const int> readers) const {
  const graph::Node& node = graph.nodes()[index];
  Step step{index, find_execution(node.op).bind(node), {}, false};
  if (node.inputs.size() == 1) {
    const int input = node.inputs[0];
    step.may_overwrite_input = readers[input] == 1 && !output_is_kept(graph.nodes()[input]);
  }
  // By their whole names: a parameter such as a class token may be called as its node is, dots and all.
  for (const std::string& name : graph::parameter_names_of(graph, index))
    step.parameters.push_back(tensor_named(name));
  return step;
}

at::Tensor Network::run_step(const Plan& plan, const Step& step, std::vector<at::Tensor>& values,
                             const ForwardContext& context) const {
  const graph::Node& node = plan.graph.nodes()[step.node];
  std::vector<at::Tensor> inputs;
  for (const int input : node.inputs) inputs.push_back(values[input]);
  return step.execute({node.name, inputs, step.parameters, context, step.may_overwrite_input});
}

void Network::run_group(const Plan& plan, const Group& group, std::vector<at::Tensor>& values,
                        const ForwardContext& context) const {
  std::vector<at::Tensor> inputs;
  for (const int input : group.inputs) inputs.push_back(values[input]);
  const FusedCall call{inputs, group.parameters, context, active_precision(device_)};
  if (group.fused && has_float_parameters(group.parameters) && group.fused->is_usable(call)) {
    values[group.steps.back().node] = group.fused->run(call);
  } else {
    inputs.clear();  // so that they are gone when nobody needs them
    for (size_t i = 0; i < group.steps.size(); ++i) {
      values[group.steps[i].node] = run_step(plan, group.steps[i], values, context);
      if (i > 0) values[group.steps[i - 1].node] = at::Tensor();
    }
  }
  for (const int value : group.finished) values[value] = at::Tensor();
}

at::Tensor Network::forward(const at::Tensor& pictures, const ForwardContext& context) {
  return translate_errors("engine", [&] {
    const at::IntArrayRef sizes = pictures.sizes();
    const Plan& plan = plan_for({sizes.begin() + 1, sizes.end()});
    std::vector<at::Tensor> values(plan.graph.nodes().size());
    values[0] = pictures;
    for (const Group& group : plan.groups) run_group(plan, group, values, context);
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
  const at::NoGradGuard no_gradient;
  for (const NamedTensor& named : tensors_) {
    at::Tensor tensor = named.tensor;
    tensor.copy_(to_tensor(weights.at(named.name), device_));
  }
}

}  // namespace margay::engine
