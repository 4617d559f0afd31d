// Walks the slots of an optimiser beside the parameters of its network.
#include "margay/train/optimizer/optimizer_state.h"

#include "margay/core/error.h"

namespace margay::train {
namespace {

/// Calls `visit(slot name, parameter name, tensor of the slot)`.
template <class Visit>
void for_each_slot(Optimizer& optimizer, const std::vector<engine::NamedTensor>& tensors,
                   const Visit& visit) {
  for (const Optimizer::Slot& slot : optimizer.slots()) {
    size_t next = 0;
    for (const engine::NamedTensor& tensor : tensors)
      if (tensor.trained) visit(std::string(slot.name), tensor.name, slot.tensors->at(next++));
  }
}

}  // namespace

OptimizerState optimizer_state(Optimizer& optimizer, const std::vector<engine::NamedTensor>& tensors) {
  OptimizerState state;
  for_each_slot(optimizer, tensors,
                [&](const std::string& slot, const std::string& name, const at::Tensor& values) {
                  state[slot].emplace(name, engine::to_host(values));
                });
  return state;
}

void set_optimizer_state(Optimizer& optimizer, const std::vector<engine::NamedTensor>& tensors,
                         const OptimizerState& state) {
  for_each_slot(
      optimizer, tensors, [&](const std::string& slot, const std::string& name, at::Tensor& values) {
        const auto group = state.find(slot);
        const bool has_slot = group != state.end();
        const auto found = has_slot ? group->second.find(name) : graph::Weights::const_iterator{};
        require<ModelError>(
            has_slot && found != group->second.end() && found->second.shape == values.sizes().vec(),
            "train.resume",
            fmt::format("the checkpoint's optimiser state '{}' for {} is missing or misshapen", slot, name),
            "go on with the optimiser that the run began with");
        values.copy_(engine::to_tensor(found->second, values.device()));
      });
}

}  // namespace margay::train
