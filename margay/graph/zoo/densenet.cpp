// DenseNet-BC (Huang et al. 2017): every layer reads all that the layers of its block before it gave.
#include "margay/core/error.h"
#include "margay/graph/zoo/blocks.h"

namespace margay::graph::zoo {
namespace {

constexpr int64_t kGrowth = 32, kBottleneck = 4 * kGrowth;

/// Batch norm, relu and convolution, named by kind and `suffix`: norm1, relu1, conv1.
void norm_conv(Builder& builder, const std::string& name, std::string_view suffix, int64_t channels,
               int64_t kernel) {
  builder.name(fmt::format("{}.norm{}", name, suffix)).batch_norm2d();
  builder.name(fmt::format("{}.relu{}", name, suffix)).relu();
  builder.name(fmt::format("{}.conv{}", name, suffix))
      .conv2d(channels, kernel, {.padding = kSame, .bias = false});
}

void dense_layer(Builder& builder, const std::string& name) {
  const std::string input = builder.current();
  norm_conv(builder, name, "1", kBottleneck, 1);
  norm_conv(builder, name, "2", kGrowth, 3);
  const std::string grown = builder.current();
  builder.from(input).name(name + ".concat").apply("concat", {}, {grown});
}

}  // namespace

Graph densenet121(const ZooOptions& options) {
  Builder builder = begin(options);
  builder.name("features.conv0").conv2d(64, 7, {.stride = 2, .padding = 3, .bias = false});
  builder.name("features.norm0").batch_norm2d().name("features.relu0").relu();
  builder.name("features.pool0").max_pool2d(3, {.stride = 2, .padding = 1});
  int block = 0;
  for (const int layers : {6, 12, 24, 16}) {
    if (++block > 1) {
      const std::string transition = fmt::format("features.transition{}", block - 1);
      norm_conv(builder, transition, "", builder.shape()[0] / 2, 1);
      builder.name(transition + ".pool").avg_pool2d(2);
    }
    for (int layer = 1; layer <= layers; ++layer)
      dense_layer(builder, fmt::format("features.denseblock{}.denselayer{}", block, layer));
  }
  builder.name("features.norm5").batch_norm2d().name("relu").relu();
  builder.name("avgpool").global_avg_pool2d().tap("features");
  return builder.name("classifier").linear(options.outputs).build();
}

}  // namespace margay::graph::zoo
