// layer_scale: how much of a branch counts.
#include "margay/graph/operators/layer_scale.h"

#include "margay/graph/operators/checks.h"

namespace margay::graph {
namespace {

Shape infer_shape(const LayerScale&, const Node& node, std::span<const Shape> inputs) {
  return feature_map(node, inputs);
}

std::vector<ParameterSpec> parameters(const LayerScale& scale, std::span<const Shape> inputs) {
  return {{.name = "layer_scale",
           .shape = {inputs[0][0], 1, 1},
           .init = Init::constant,
           .init_value = scale.initial}};
}

}  // namespace

std::span<const Field<LayerScale>> LayerScale::fields() {
  static const Field<LayerScale> fields[] = {
      {"initial", &LayerScale::initial, "what the factors start with"}};
  return fields;
}

Operator LayerScale::row() {
  return {.name = kOp,
          .words = {"A learned factor for each channel", "{ op = \"layer_scale\", initial = 0.1 }"},
          .attributes = schema<LayerScale>(),
          .infer_shape = bound<LayerScale>(infer_shape),
          .parameters = bound<LayerScale>(parameters)};
}

}  // namespace margay::graph
