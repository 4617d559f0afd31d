// batch_norm2d: statistics per channel.
#include "margay/graph/operators/batch_norm2d.h"

#include "margay/graph/operators/checks.h"

namespace margay::graph {
namespace {

Shape infer_shape(const BatchNorm2d&, const Node& node, std::span<const Shape> inputs) {
  return feature_map(node, inputs);
}

std::vector<ParameterSpec> parameters(const BatchNorm2d& norm, std::span<const Shape> inputs) {
  const Shape per_channel{inputs[0][0]};
  return {{.name = "weight", .shape = per_channel, .init = Init::constant, .init_value = norm.initial_scale},
          {"bias", per_channel, true, Init::zeros},
          {"running_mean", per_channel, false, Init::zeros},
          {"running_var", per_channel, false, Init::ones}};
}

}  // namespace

std::span<const Field<BatchNorm2d>> BatchNorm2d::fields() {
  static const Field<BatchNorm2d> fields[] = {
      {"eps", &BatchNorm2d::eps, "added to the variance", greater_than(0)},
      {"momentum", &BatchNorm2d::momentum, "share of a batch in the remembered statistics", from_to(0, 1)},
      {"initial_scale", &BatchNorm2d::initial_scale, "what its weights start with"}};
  return fields;
}

Operator BatchNorm2d::row() {
  return {
      .name = kOp,
      .words =
          {"Batch normalisation: each channel gets a learned mean and spread",
           "{ op = \"conv2d\", out_channels = 16, kernel = 3, bias = false },\n{ op = \"batch_norm2d\" }"},
      .other_names = {"batchnormalization"},
      .attributes = schema<BatchNorm2d>(),
      .infer_shape = bound<BatchNorm2d>(infer_shape),
      .parameters = bound<BatchNorm2d>(parameters),
      .uses_batch_statistics = true,
      .takes_activation = true};
}

}  // namespace margay::graph
