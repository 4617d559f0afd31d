// The vision transformer (Dosovitskiy et al. 2021): patches as tokens, attention between them.
#include "margay/core/error.h"
#include "margay/graph/zoo/blocks.h"

namespace margay::graph::zoo {
namespace {

constexpr int64_t kPatch = 16, kFeatures = 768, kHeads = 12, kLayers = 12;

Builder& layer_norm(Builder& builder, const std::string& name) {
  return builder.name(name).apply("layer_norm", {{"eps", 1e-6}});
}

void encoder_layer(Builder& builder, const std::string& name) {
  const std::string input = builder.current();
  layer_norm(builder, name + ".ln_1");
  builder.name(name + ".self_attention").apply("self_attention", {{"heads", kHeads}});
  builder.name(name + ".self_attention.out_proj").linear(kFeatures).name(name + ".add_1").add(input);
  layer_norm(builder, name + ".ln_2").name(name + ".mlp.0").linear(4 * kFeatures);
  builder.name(name + ".mlp.1").apply("gelu").name(name + ".mlp.3").linear(kFeatures);
  builder.name(name + ".add_2").add(name + ".add_1");
}

}  // namespace

Graph vit_b_16(const ZooOptions& options) {
  require<ModelError>(
      options.height % kPatch == 0 && options.width % kPatch == 0, "network",
      fmt::format("vit_b_16 cuts pictures into patches of {} x {}, which do not fit into {} x {}", kPatch,
                  kPatch, options.width, options.height),
      "give a width and a height that are multiples of 16");
  Builder builder = begin(options);
  builder.name("conv_proj").conv2d(kFeatures, kPatch, {.stride = kPatch}).name("patches").apply("tokens");
  builder.name("class_token").apply("class_token").name("encoder").apply("position_embedding");
  for (int64_t i = 0; i < kLayers; ++i)
    encoder_layer(builder, fmt::format("encoder.layers.encoder_layer_{}", i));
  layer_norm(builder, "encoder.ln").name("representation").apply("first_token").tap("features");
  return builder.name("heads.head").linear(options.outputs).build();
}

}  // namespace margay::graph::zoo
