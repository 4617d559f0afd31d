// Writes the graph into the configuration as layers, so that runs and files say all about it.
#include "margay/recipe/use_network.h"

#include <algorithm>
#include <utility>

#include "margay/core/error.h"
#include "margay/graph/layers.h"

namespace margay::recipe {

void use_network(Config& config, const graph::Graph& network) {
  const graph::Shape& input = network.input_shape();
  require(input.size() == 3 && input[0] == 3, "network",
          fmt::format("its input is {}", graph::to_string(input)), "pictures are 3 x height x width");
  const int height = static_cast<int>(input[1]), width = static_cast<int>(input[2]);
  for (const int size : config.schedule.sizes)
    require(size <= std::max(width, height), "network",
            fmt::format("schedule.sizes has {}, more than the longer side of its input, {}", size,
                        std::max(width, height)),
            "let the network take larger pictures, or clear config.schedule.sizes");
  NetworkConfig own;
  own.initializer = config.network.initializer;
  own.layers = graph::layers_of(network);
  config.network = std::move(own);
  config.budget.networks.clear();
  config.input.height = height;
  config.input.width = width;
}

}  // namespace margay::recipe
