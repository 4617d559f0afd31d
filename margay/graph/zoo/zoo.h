// The published networks by name: functions that build them, and the facts about their weights.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "margay/graph/graph.h"
#include "margay/graph/weights.h"

namespace margay::graph::zoo {

/// What a network is built for.
struct ZooOptions {
  int64_t height = 224;    ///< of the input, which has three channels
  int64_t width = 224;     ///< vit_b_16 wants multiples of 16
  int64_t outputs = 1000;  ///< logits
};

/// The weights that torchvision publishes as IMAGENET1K_V1, and how pictures are prepared for them.
struct PublishedWeights {
  std::string_view file;     ///< name without its address, which ends in the first digits of its SHA-256
  double top1_percent = 0;   ///< accuracy on ImageNet-1k's validation pictures, as published
  std::string_view licence;  ///< SPDX; ImageNet's own terms besides
  int resize = 256;          ///< pixels of the shorter side, before the cut
  int crop = 224;            ///< pixels of the central square that the network gets
  std::string_view interpolation;  ///< of the resize: "bilinear" or "bicubic", antialiased
};

/// Normalisation of every one of them: (pixel / 255 - mean) / std, RGB.
inline constexpr std::array<double, 3> kImageNetMean{0.485, 0.456, 0.406};
inline constexpr std::array<double, 3> kImageNetStd{0.229, 0.224, 0.225};

/// A row of the table.
struct ZooNetwork {
  std::string_view name;
  Graph (*build)(const ZooOptions&);
  int64_t parameters = 0;  ///< trained ones with 1,000 outputs, as published
  Initializer initializer = Initializer::he_normal;
  PublishedWeights weights;
};

/// Every network, by family.
std::span<const ZooNetwork> networks();
/// Throws UsageError with the nearest name and all others.
const ZooNetwork& find_network(std::string_view name);

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

}  // namespace margay::graph::zoo
