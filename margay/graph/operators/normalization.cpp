// batch_norm2d (Ioffe & Szegedy 2015): statistics per channel.
#include "margay/graph/operators/checks.h"
#include "margay/graph/operators/rows.h"

namespace margay::graph {
namespace {

Shape infer_shape(const Node& node, std::span<const Shape> inputs) {
  if (node.number("eps") <= 0) reject(node, "eps must be greater than 0");
  const double momentum = node.number("momentum");
  if (momentum < 0 || momentum > 1) reject(node, "momentum must be from 0 to 1");
  return feature_map(node, inputs);
}

std::vector<ParameterSpec> parameters(const Node&, std::span<const Shape> inputs) {
  const Shape per_channel{inputs[0][0]};
  return {{"weight", per_channel, true, Init::ones},
          {"bias", per_channel, true, Init::zeros},
          {"running_mean", per_channel, false, Init::zeros},
          {"running_var", per_channel, false, Init::ones}};
}

}  // namespace

Operator batch_norm2d_row() {
  return {.name = "batch_norm2d",
          .attributes = {{"eps", 1e-5}, {"momentum", 0.1}},
          .infer_shape = infer_shape,
          .parameters = parameters};
}

}  // namespace margay::graph
