// Residual networks (He et al. 2016), of bottlenecks with the stride in the 3 x 3 convolution ("V1.5").
#include "margay/core/error.h"
#include "margay/graph/zoo/blocks.h"

namespace margay::graph::zoo {
namespace {

using BlocksOfStages = std::array<int64_t, 4>;

/// What a residual block is made of, and by how much its output is wider than its convolutions.
struct Block {
  void (*branch)(Builder&, const std::string& name, int64_t width, int64_t stride);
  int64_t expansion;
};

/// `name`.conv<number> and `name`.bn<number>.
void conv_norm_numbered(Builder& builder, const std::string& name, int number, int64_t channels,
                        int64_t kernel, int64_t stride) {
  builder.name(fmt::format("{}.conv{}", name, number))
      .conv2d(channels, kernel, {.stride = stride, .padding = kernel / 2, .bias = false});
  builder.name(fmt::format("{}.bn{}", name, number)).batch_norm2d();
}

void basic_branch(Builder& builder, const std::string& name, int64_t width, int64_t stride) {
  conv_norm_numbered(builder, name, 1, width, 3, stride);
  builder.name(name + ".relu1").relu();
  conv_norm_numbered(builder, name, 2, width, 3, 1);
}

void bottleneck_branch(Builder& builder, const std::string& name, int64_t width, int64_t stride) {
  conv_norm_numbered(builder, name, 1, width, 1, 1);
  builder.name(name + ".relu1").relu();
  conv_norm_numbered(builder, name, 2, width, 3, stride);
  builder.name(name + ".relu2").relu();
  conv_norm_numbered(builder, name, 3, 4 * width, 1, 1);
}

constexpr Block kBasic{basic_branch, 1};
constexpr Block kBottleneck{bottleneck_branch, 4};

void residual_block(Builder& builder, const std::string& name, const Block& block, int64_t width,
                    int64_t stride) {
  std::string shortcut = builder.current();
  const std::string input = shortcut;
  const int64_t channels = width * block.expansion;
  if (stride != 1 || builder.shape()[0] != channels) {
    conv_norm(builder, name + ".downsample", {.channels = channels, .stride = stride, .activation = ""});
    shortcut = builder.current();
  }
  block.branch(builder.from(input), name, width, stride);
  builder.name(name + ".add").add(shortcut).name(name + ".relu").relu();
}

Graph resnet(const ZooOptions& options, const Block& block, const BlocksOfStages& blocks) {
  Builder builder = begin(options);
  builder.name("conv1").conv2d(64, 7, {.stride = 2, .padding = 3, .bias = false});
  builder.name("bn1").batch_norm2d().name("relu").relu();
  builder.name("maxpool").max_pool2d(3, {.stride = 2, .padding = 1});
  for (int stage = 0; stage < 4; ++stage)
    for (int64_t i = 0; i < blocks[stage]; ++i)
      residual_block(builder, fmt::format("layer{}.{}", stage + 1, i), block, int64_t{64} << stage,
                     stage > 0 && i == 0 ? 2 : 1);
  builder.name("avgpool").global_avg_pool2d().tap("features");
  return builder.name("fc").linear(options.outputs).build();
}

}  // namespace

Graph resnet18(const ZooOptions& options) {
  return resnet(options, kBasic, {2, 2, 2, 2});
}
Graph resnet34(const ZooOptions& options) {
  return resnet(options, kBasic, {3, 4, 6, 3});
}
Graph resnet50(const ZooOptions& options) {
  return resnet(options, kBottleneck, {3, 4, 6, 3});
}

}  // namespace margay::graph::zoo
