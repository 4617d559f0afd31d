// layer_norm: statistics per position.
#include "margay/graph/operators/layer_norm.h"

namespace margay::graph {
namespace {

/// Channels of a feature map {C, H, W}; features of tokens {T, F} and of vectors {F}.
int64_t features_of(const Shape& shape) {
  return shape.size() == 3 ? shape.front() : shape.back();
}

std::vector<ParameterSpec> parameters(const LayerNorm&, std::span<const Shape> inputs) {
  const Shape per_feature{features_of(inputs[0])};
  return {{"weight", per_feature, true, Init::ones}, {"bias", per_feature, true, Init::zeros}};
}

}  // namespace

std::span<const Field<LayerNorm>> LayerNorm::fields() {
  static const Field<LayerNorm> fields[] = {
      {"eps", &LayerNorm::eps, "added to the variance", greater_than(0)}};
  return fields;
}

Operator LayerNorm::row() {
  return {
      .name = kOp,
      .words = {"Layer normalisation: over the channels at each position, or over a vector",
                "{ op = \"conv2d\", out_channels = 16, kernel = 4, stride = 4 },\n{ op = \"layer_norm\" }"},
      .other_names = {"layernormalization"},
      .attributes = schema<LayerNorm>(),
      .infer_shape = [](const Node&, std::span<const Shape> inputs) { return inputs[0]; },
      .parameters = bound<LayerNorm>(parameters),
      .normalizes_features = true};
}

}  // namespace margay::graph
