// Predictions with libtorch.
#include "margay/engine/torch_executor.h"

#include <cstring>

#include "margay/engine/network.h"

namespace margay::engine {
namespace {

class TorchExecutor : public predict::Executor {
 public:
  TorchExecutor(const graph::Graph& graph, const graph::Weights& weights, bool cuda)
      : network_(graph, weights, cuda ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU)) {}

  std::vector<float> run(std::span<const float> pictures, int count) override {
    const c10::InferenceMode inference;
    const graph::Shape& shape = network_.graph().input_shape();
    at::Tensor input = at::empty({count, shape[0], shape[1], shape[2]}, at::TensorOptions().dtype(at::kFloat),
                                 at::MemoryFormat::ChannelsLast);
    std::memcpy(input.data_ptr<float>(), pictures.data(), pictures.size_bytes());
    return to_host(network_.forward(input.to(network_.device()), {})).values;
  }

 private:
  Network network_;
};

}  // namespace

std::unique_ptr<predict::Executor> make_torch_executor(const graph::Graph& graph,
                                                       const graph::Weights& weights, bool cuda) {
  return std::make_unique<TorchExecutor>(graph, weights, cuda);
}

}  // namespace margay::engine
