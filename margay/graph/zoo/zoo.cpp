// The tables of networks. Figures, files and preprocessing are those that torchvision states with
// its weights; licences are those of the projects that the files come from. The two of EfficientNet are named
// as their bytes are: older releases of torchvision list them under sums that do not fit.
#include "margay/graph/zoo/zoo.h"

#include <vector>

#include "margay/core/error.h"
#include "margay/graph/operator.h"

namespace margay::graph::zoo {
namespace {

constexpr std::string_view kTorchvision = "BSD-3-Clause";
constexpr std::string_view kTimm = "Apache-2.0";  // torchvision took these from timm

constexpr std::array kNetworks{
    ZooNetwork{"resnet18",
               resnet18,
               11'689'512,
               Initializer::he_normal,
               {"resnet18-f37072fd.pth", 69.758, kTorchvision, 256, 224, "bilinear"}},
    ZooNetwork{"resnet34",
               resnet34,
               21'797'672,
               Initializer::he_normal,
               {"resnet34-b627a593.pth", 73.314, kTorchvision, 256, 224, "bilinear"}},
    ZooNetwork{"resnet50",
               resnet50,
               25'557'032,
               Initializer::he_normal,
               {"resnet50-0676ba61.pth", 76.130, kTorchvision, 256, 224, "bilinear"}},
    ZooNetwork{"mobilenet_v2",
               mobilenet_v2,
               3'504'872,
               Initializer::he_normal,
               {"mobilenet_v2-b0353104.pth", 71.878, kTorchvision, 256, 224, "bilinear"}},
    ZooNetwork{"mobilenet_v3_small",
               mobilenet_v3_small,
               2'542'856,
               Initializer::he_normal,
               {"mobilenet_v3_small-047dcff4.pth", 67.668, kTorchvision, 256, 224, "bilinear"}},
    ZooNetwork{"mobilenet_v3_large",
               mobilenet_v3_large,
               5'483'032,
               Initializer::he_normal,
               {"mobilenet_v3_large-8738ca79.pth", 74.042, kTorchvision, 256, 224, "bilinear"}},
    ZooNetwork{"efficientnet_b0",
               efficientnet_b0,
               5'288'548,
               Initializer::he_normal,
               {"efficientnet_b0_rwightman-7f5810bc.pth", 77.692, kTimm, 256, 224, "bicubic"}},
    ZooNetwork{"efficientnet_b1",
               efficientnet_b1,
               7'794'184,
               Initializer::he_normal,
               {"efficientnet_b1_rwightman-bac287d4.pth", 78.642, kTimm, 256, 240, "bicubic"}},
    ZooNetwork{"convnext_tiny",
               convnext_tiny,
               28'589'128,
               Initializer::narrow_normal,
               {"convnext_tiny-983f1562.pth", 82.520, kTorchvision, 236, 224, "bilinear"}},
    ZooNetwork{"convnext_small",
               convnext_small,
               50'223'688,
               Initializer::narrow_normal,
               {"convnext_small-0c510722.pth", 83.616, kTorchvision, 230, 224, "bilinear"}},
    ZooNetwork{"vit_b_16",
               vit_b_16,
               86'567'656,
               Initializer::glorot_uniform,
               {"vit_b_16-c867db91.pth", 81.072, kTorchvision, 256, 224, "bilinear"}},
    ZooNetwork{"squeezenet1_1",
               squeezenet1_1,
               1'235'496,
               Initializer::glorot_uniform,
               {"squeezenet1_1-b8a52dc0.pth", 58.178, kTorchvision, 256, 224, "bilinear"}},
    ZooNetwork{"densenet121",
               densenet121,
               7'978'856,
               Initializer::he_normal,
               {"densenet121-a639ec97.pth", 74.434, kTorchvision, 256, 224, "bilinear"}},
};

constexpr PublishedWeights kNone{.licence = "", .crop = 192, .interpolation = ""};
constexpr std::array kOwnNetworks{
    ZooNetwork{"resnet10_slim", resnet10_slim, 1'492'680, Initializer::he_normal, kNone},
    ZooNetwork{"resnet18_slim", resnet18_slim, 3'061'320, Initializer::he_normal, kNone},
};

}  // namespace

std::span<const ZooNetwork> networks() {
  return kNetworks;
}
std::span<const ZooNetwork> own_networks() {
  return kOwnNetworks;
}

std::vector<std::string_view> network_names() {
  std::vector<std::string_view> names;
  for (const auto table : {networks(), own_networks()})
    for (const ZooNetwork& network : table) names.push_back(network.name);
  return names;
}

const ZooNetwork& find_network(std::string_view name) {
  for (const auto table : {networks(), own_networks()})
    for (const ZooNetwork& network : table)
      if (network.name == name) return network;
  const std::vector<std::string_view> names = network_names();
  const std::string nearest = nearest_name(name, names);
  throw UsageError("network", fmt::format("there is no network '{}'", name),
                   nearest.empty()
                       ? fmt::format("known are {}", fmt::join(names, ", "))
                       : fmt::format("did you mean '{}'? Known are {}", nearest, fmt::join(names, ", ")));
}

bool takes_size(const ZooNetwork& network, int pixels) {
  const auto shapes = [&](int size) {
    std::vector<Shape> all;
    for (const GraphParameter& parameter : parameters_of(network.build({.height = size, .width = size})))
      all.push_back(parameter.spec.shape);
    return all;
  };
  return shapes(pixels) == shapes(network.weights.crop);
}

bool takes_any_size(const ZooNetwork& network) {
  constexpr int kStride = 32;  // of the whole network, of which half its size has to be a multiple
  return takes_size(network, network.weights.crop / kStride / 2 * kStride);
}

std::string current_parameter_name(std::string_view published) {
  // No regular expressions: names come from files that nobody has reason to trust, and may be long.
  struct Renaming {
    std::string_view block, old_part, new_part;
  };
  constexpr Renaming kRenamings[] = {
      {".denselayer", ".norm.1.", ".norm1."},          {".denselayer", ".norm.2.", ".norm2."},
      {".denselayer", ".conv.1.", ".conv1."},          {".denselayer", ".conv.2.", ".conv2."},
      {".encoder_layer", ".mlp.linear_1.", ".mlp.0."}, {".encoder_layer", ".mlp.linear_2.", ".mlp.3."}};
  std::string name(published);
  for (const auto& [block, old_part, new_part] : kRenamings)
    if (const size_t at = name.find(old_part); at != name.npos && name.find(block) < at)
      name.replace(at, old_part.size(), new_part);
  return name;
}

}  // namespace margay::graph::zoo
