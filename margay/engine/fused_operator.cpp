// What all kinds of chains have in common.
#include "margay/engine/fused_operator.h"

#include <array>
#include <utility>

#include "margay/graph/operators/conv2d.h"

namespace margay::engine {

int GraphView::only_reader(int index) const {
  if (readers[index] != 1) return -1;
  for (int i = index + 1; i < static_cast<int>(graph.nodes().size()); ++i)
    for (const int input : graph.nodes()[i].inputs)
      if (input == index) return taken[i] ? -1 : i;
  return -1;
}

std::optional<Chain> find_chain(const GraphView& view, int node) {
  for (const auto find : {find_norm_chain, find_convolution_chain, find_pool_chain, find_dense_chain})
    if (auto chain = find(view, node)) return chain;
  return std::nullopt;
}

fused::ConvolutionSpec convolution_spec(const graph::Graph& graph, int index) {
  const graph::Node& node = graph.nodes()[index];
  const graph::Shape &in = graph.shape(node.inputs[0]), &out = graph.shape(index);
  const auto conv = graph::bind<graph::Conv2d>(node);
  return {.in_channels = static_cast<int>(in[0]),
          .height = static_cast<int>(in[1]),
          .width = static_cast<int>(in[2]),
          .out_channels = static_cast<int>(out[0]),
          .kernel = static_cast<int>(conv.kernel),
          .stride = static_cast<int>(conv.stride),
          .padding = static_cast<int>(conv.padding),
          .dilation = static_cast<int>(conv.dilation),
          .groups = static_cast<int>(conv.groups),
          .bias = conv.bias};
}

at::Tensor in_layout(const at::Tensor& map, at::ScalarType type) {
  return map.to(type).contiguous(at::MemoryFormat::ChannelsLast);
}

const void* data_or_null(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.data_ptr() : nullptr;
}

c10::optional<at::Tensor> optional_of(const at::Tensor& tensor) {
  return tensor.defined() ? c10::make_optional(tensor) : c10::nullopt;
}

}  // namespace margay::engine
