// Keeps a second set of weights beside the network's.
#include "margay/train/callbacks/averaged_weights.h"

#include <algorithm>

#include "margay/core/error.h"

namespace margay::train {

AveragedWeights::AveragedWeights(const engine::Network& network, double decay)
    : network_(network), decay_(decay) {
  for (const engine::NamedTensor& tensor : network.tensors()) {
    average_.push_back(tensor.tensor.detach().clone());
    if (tensor.trained) trained_.push_back(average_.back());
  }
}

Averages AveragedWeights::step(int64_t step) const {
  const auto t = static_cast<double>(step);
  return {trained_, 1 - std::min(decay_, (1 + t) / (10 + t))};
}

void AveragedWeights::exchange() {
  const at::NoGradGuard no_gradient;
  const auto& tensors = network_.tensors();
  for (size_t i = 0; i < tensors.size(); ++i) {
    at::Tensor now = tensors[i].tensor;
    const at::Tensor kept = now.detach().clone();
    now.copy_(average_[i]);
    average_[i].copy_(kept);
  }
}

AveragedWeights::Use::Use(AveragedWeights& average) : average_(average) {
  average_.exchange();
}

AveragedWeights::Use::~Use() {
  average_.exchange();
}

graph::Weights AveragedWeights::weights() const {
  graph::Weights weights;
  for (size_t i = 0; i < average_.size(); ++i)
    weights.emplace(network_.tensors()[i].name, engine::to_host(average_[i]));
  return weights;
}

void AveragedWeights::set_weights(const graph::Weights& weights) {
  for (size_t i = 0; i < average_.size(); ++i) {
    const auto found = weights.find(network_.tensors()[i].name);
    require<ModelError>(
        found != weights.end() && found->second.shape == average_[i].sizes().vec(), "train.resume",
        fmt::format("the checkpoint's average of {} is missing or misshapen", network_.tensors()[i].name));
    average_[i].copy_(engine::to_tensor(found->second, average_[i].device()));
  }
}

}  // namespace margay::train
