// Networks by name: functions that build them, and the facts about the weights of those that are published.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "margay/graph/graph.h"
#include "margay/graph/weights.h"

namespace margay::graph::zoo {

/// The word for the weights that are published for a network.
inline constexpr std::string_view kImageNet = "imagenet";

/// What a network is built for.
struct ZooOptions {
  int64_t height = 224;    ///< of the input, which has three channels
  int64_t width = 224;     ///< vit_b_16 wants multiples of 16
  int64_t outputs = 1000;  ///< logits
};

/// The weights that torchvision publishes as IMAGENET1K_V1, and how pictures are prepared for them.
struct PublishedWeights {
  std::string_view file{};     ///< name without its address, which ends in the first digits of its SHA-256
  double top1_percent = 0;     ///< accuracy on ImageNet-1k's validation pictures, as published
  std::string_view licence{};  ///< SPDX; ImageNet's own terms besides
  int resize = 256;            ///< pixels of the shorter side, before the cut
  int crop = 224;              ///< pixels of the central square that the network gets
  std::string_view interpolation{};  ///< of the resize: "bilinear" or "bicubic", antialiased
};

/// Normalisation of every one of them: (pixel / 255 - mean) / std, RGB.
inline constexpr std::array<double, 3> kImageNetMean{0.485, 0.456, 0.406};
inline constexpr std::array<double, 3> kImageNetStd{0.229, 0.224, 0.225};

/// A row of a table.
struct ZooNetwork {
  std::string_view name;
  Graph (*build)(const ZooOptions&);
  int64_t parameters = 0;  ///< trained ones with 1,000 outputs, as published
  Initializer initializer = Initializer::he_normal;
  PublishedWeights weights;  ///< of a network of ours without a file; `crop` is the size that it is meant for

  bool is_published() const { return !weights.file.empty(); }
};

/// Every published network, by family.
std::span<const ZooNetwork> networks();
/// Networks of ours, for which nobody publishes weights.
std::span<const ZooNetwork> own_networks();
/// Of both.
std::vector<std::string_view> network_names();
/// Of either. Throws UsageError with the nearest name and all others.
const ZooNetwork& find_network(std::string_view name);

/// Whether its parameters have the same shapes for squares of so many pixels as for those that it is meant
/// for, so that weights of the one serve the other. Throws ModelError where it cannot be built for them.
bool takes_size(const ZooNetwork& network, int pixels);
/// Whether that holds for smaller squares.
bool takes_any_size(const ZooNetwork& network);

/// Today's name of a parameter in a published file, some of which are older than torchvision's names:
/// "features.denseblock1.denselayer1.norm.1.weight" is "...norm1.weight", "...mlp.linear_1.weight" is
/// "...mlp.0.weight".
std::string current_parameter_name(std::string_view published);

// Networks with the parameter names and the arithmetic of torchvision's of the same names. The tap "features"
// is the vector that the last layer answers from, before dropout; squeezenet1_1, whose last layer is a
// convolution, gives the means of the map that this reads. Throw ModelError where the input is too small.
Graph resnet18(const ZooOptions& options);
Graph resnet34(const ZooOptions& options);
Graph resnet50(const ZooOptions& options);
Graph mobilenet_v2(const ZooOptions& options);
Graph mobilenet_v3_small(const ZooOptions& options);
Graph mobilenet_v3_large(const ZooOptions& options);
Graph efficientnet_b0(const ZooOptions& options);
Graph efficientnet_b1(const ZooOptions& options);
Graph convnext_tiny(const ZooOptions& options);
Graph convnext_small(const ZooOptions& options);
Graph vit_b_16(const ZooOptions& options);
Graph squeezenet1_1(const ZooOptions& options);
Graph densenet121(const ZooOptions& options);

/// A residual network for small data: 3 x 3 convolutions (the first with stride 2) and a 2 x 2 max pooling,
/// then four stages of basic blocks, of which all but the first stage begin with stride 2; global average,
/// dropout, linear. Names of parameters are in torchvision's style, the tap "features" is as above.
struct SlimResnet {
  int64_t blocks = 1;  ///< in each stage
  std::array<int64_t, 4> widths{32, 64, 128, 256};
  double dropout = 0;  ///< rate before the last layer
};
Graph slim_resnet(const ZooOptions& options, const SlimResnet& shape);
Graph resnet10_slim(const ZooOptions& options);  ///< 1 block: 1.2 M parameters
Graph resnet18_slim(const ZooOptions& options);  ///< 2 blocks: 2.8 M parameters

}  // namespace margay::graph::zoo
