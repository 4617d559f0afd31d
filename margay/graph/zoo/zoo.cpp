// The table of published networks. Figures, files and preprocessing are those that torchvision states with
// its weights; licences are those of the projects that the files come from.
#include "margay/graph/zoo/zoo.h"

#include <regex>
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
  std::string name(published);
  static const std::regex dense_layer(R"((denselayer\d+\.(?:norm|conv))\.(\d\.))");
  name = std::regex_replace(name, dense_layer, "$1$2");
  static const std::regex first_linear(R"(\.mlp\.linear_1\.)"), second_linear(R"(\.mlp\.linear_2\.)");
  name = std::regex_replace(name, first_linear, ".mlp.0.");
  return std::regex_replace(name, second_linear, ".mlp.3.");
}

}  // namespace margay::graph::zoo
