// batch_norm2d (Ioffe & Szegedy 2015): statistics per channel; layer_norm (Ba et al. 2016): per position;
// layer_scale.
#include "margay/graph/operators/checks.h"
#include "margay/graph/operators/rows.h"

namespace margay::graph {
namespace {

void check_eps(const Node& node) {
  if (node.number("eps") <= 0) reject(node, "eps must be greater than 0");
}

Shape infer_shape(const Node& node, std::span<const Shape> inputs) {
  check_eps(node);
  const double momentum = node.number("momentum");
  if (momentum < 0 || momentum > 1) reject(node, "momentum must be from 0 to 1");
  return feature_map(node, inputs);
}

std::vector<ParameterSpec> parameters(const Node& node, std::span<const Shape> inputs) {
  const Shape per_channel{inputs[0][0]};
  return {{.name = "weight",
           .shape = per_channel,
           .init = Init::constant,
           .init_value = node.number("initial_scale")},
          {"bias", per_channel, true, Init::zeros},
          {"running_mean", per_channel, false, Init::zeros},
          {"running_var", per_channel, false, Init::ones}};
}

/// Channels of a feature map {C, H, W}; features of tokens {T, F} and of vectors {F}.
int64_t features_of(const Shape& shape) {
  return shape.size() == 3 ? shape.front() : shape.back();
}

Shape infer_layer_norm_shape(const Node& node, std::span<const Shape> inputs) {
  check_eps(node);
  return inputs[0];
}

std::vector<ParameterSpec> layer_norm_parameters(const Node&, std::span<const Shape> inputs) {
  const Shape per_feature{features_of(inputs[0])};
  return {{"weight", per_feature, true, Init::ones}, {"bias", per_feature, true, Init::zeros}};
}

Shape infer_layer_scale_shape(const Node& node, std::span<const Shape> inputs) {
  return feature_map(node, inputs);
}

std::vector<ParameterSpec> layer_scale_parameters(const Node& node, std::span<const Shape> inputs) {
  return {{.name = "layer_scale",
           .shape = {inputs[0][0], 1, 1},
           .init = Init::constant,
           .init_value = node.number("initial")}};
}

}  // namespace

/// `initial_scale` is what its weights start with: 0 at the end of a residual branch makes the block start as
/// its shortcut.
Operator batch_norm2d_row() {
  return {
      .name = "batch_norm2d",
      .words =
          {"Batch normalisation: each channel gets a learned mean and spread",
           "{ op = \"conv2d\", out_channels = 16, kernel = 3, bias = false },\n{ op = \"batch_norm2d\" }"},
      .attributes = {{"eps", 1e-5, "added to the variance"},
                     {"momentum", 0.1, "share of a batch in the remembered statistics"},
                     {"initial_scale", 1.0, "what its weights start with"}},
      .infer_shape = infer_shape,
      .parameters = parameters};
}

/// Over the channels at each position of a feature map, over the features of each token, or over a vector.
Operator layer_norm_row() {
  return {
      .name = "layer_norm",
      .words = {"Layer normalisation: over the channels at each position, or over a vector",
                "{ op = \"conv2d\", out_channels = 16, kernel = 4, stride = 4 },\n{ op = \"layer_norm\" }"},
      .attributes = {{"eps", 1e-5, "added to the variance"}},
      .infer_shape = infer_layer_norm_shape,
      .parameters = layer_norm_parameters};
}

/// A learned factor for each channel (Touvron et al. 2021).
Operator layer_scale_row() {
  return {.name = "layer_scale",
          .words = {"A learned factor for each channel", "{ op = \"layer_scale\", initial = 0.1 }"},
          .attributes = {{"initial", 1e-6, "what the factors start with"}},
          .infer_shape = infer_layer_scale_shape,
          .parameters = layer_scale_parameters};
}

}  // namespace margay::graph
