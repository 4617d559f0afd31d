// SqueezeNet 1.1 (Iandola et al. 2016): few parameters without batch norm.
#include "margay/core/error.h"
#include "margay/graph/logits.h"
#include "margay/graph/zoo/blocks.h"

namespace margay::graph::zoo {
namespace {

Builder& convolution(Builder& builder, const std::string& name, int64_t channels, int64_t kernel) {
  return builder.name(name).conv2d(channels, kernel, {.padding = kSame}).name(name + "_activation").relu();
}

/// Narrows, then widens with kernels of both sizes, half of the channels each.
void fire(Builder& builder, const std::string& name, int64_t squeezed, int64_t expanded) {
  const std::string squeeze = convolution(builder, name + ".squeeze", squeezed, 1).current();
  const std::string wide = convolution(builder, name + ".expand3x3", expanded, 3).current();
  convolution(builder.from(squeeze), name + ".expand1x1", expanded, 1);
  builder.name(name + ".concat").apply("concat", {}, {wide});
}

}  // namespace

Graph squeezenet1_1(const ZooOptions& options) {
  Builder builder = begin(options);
  int index = 0;
  const auto next = [&] { return fmt::format("features.{}", index++); };
  const auto pool = [&] { builder.name(next()).max_pool2d(3, {.stride = 2, .ceil_mode = true}); };
  builder.name(next()).conv2d(64, 3, {.stride = 2}).name(next()).relu();
  pool();
  fire(builder, next(), 16, 64);
  fire(builder, next(), 16, 64);
  pool();
  fire(builder, next(), 32, 128);
  fire(builder, next(), 32, 128);
  pool();
  for (const int64_t squeezed : {48, 48}) fire(builder, next(), squeezed, 192);
  for (const int64_t squeezed : {64, 64}) fire(builder, next(), squeezed, 256);
  const std::string map = builder.current();
  builder.name("pooled").global_avg_pool2d().tap("features").from(map);
  builder.name("classifier.0").dropout(0.5).name("classifier.1").conv2d(options.outputs, 1);
  // The published network rectifies its logits, of which it has 1000. The rectifier has no parameters:
  // published weights fit without it, too.
  if (options.outputs > kFewLogits) builder.name("classifier.2").relu();
  return builder.name("classifier.3").global_avg_pool2d().build();
}

}  // namespace margay::graph::zoo
