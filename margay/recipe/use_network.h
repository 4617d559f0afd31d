// A network that a program has built, in the place of the one that a recipe has.
#pragma once

#include "margay/graph/graph.h"
#include "margay/recipe/config.h"

namespace margay::recipe {

/// Lets the training be of this network, whose layers become those of the configuration, with pictures of the
/// size of its input. Its outputs must be as many as the classes have (outputs_for), which is looked at when
/// training begins. What belonged to the network before goes: its name, weights, resolution and scales,
/// and networks that a budget may choose. Throws UsageError where the input is not 3 x height x width or
/// smaller than schedule.sizes.
void use_network(Config& config, const graph::Graph& network);

}  // namespace margay::recipe
