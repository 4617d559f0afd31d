// The table of published networks. Figures, files and preprocessing are those that torchvision states with
// its weights; licences are those of the projects that the files come from.
#include "margay/graph/zoo/zoo.h"

#include <vector>

#include "margay/core/error.h"

namespace margay::graph::zoo {
namespace {

constexpr std::string_view kTorchvision = "BSD-3-Clause";

constexpr std::array kNetworks{
    ZooNetwork{"mobilenet_v2",
               mobilenet_v2,
               3'504'872,
               Initializer::he_normal,
               {"mobilenet_v2-b0353104.pth", 71.878, kTorchvision, 256, 224, "bilinear"}},
};

}  // namespace

std::span<const ZooNetwork> networks() {
  return kNetworks;
}

const ZooNetwork& find_network(std::string_view name) {
  std::vector<std::string_view> names;
  for (const ZooNetwork& network : kNetworks) {
    if (network.name == name) return network;
    names.push_back(network.name);
  }
  const std::string nearest = nearest_name(name, names);
  throw UsageError("network", fmt::format("there is no network '{}'", name),
                   nearest.empty()
                       ? fmt::format("known are {}", fmt::join(names, ", "))
                       : fmt::format("did you mean '{}'? Known are {}", nearest, fmt::join(names, ", ")));
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
