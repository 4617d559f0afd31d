// How fast each layer learns beside the last one.
#pragma once

#include <vector>

#include "margay/graph/graph.h"

namespace margay::train {

/// Factors of the learning rate for graph::parameters_of, in its order: 1 in the last layer with weights,
/// `first_to_last_lr_ratio` in the first, and geometric steps in between, as in Howard & Ruder 2018
/// (discriminative fine-tuning). What has no weights of two dimensions or more, such as a normalisation,
/// learns as the layer before it.
std::vector<double> layer_rates(const graph::Graph& graph, double first_to_last_lr_ratio);

}  // namespace margay::train
