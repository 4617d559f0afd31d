// Networks from the list of layers in a recipe file.
#pragma once

#include <string_view>

#include "margay/core/json.h"
#include "margay/graph/graph.h"

namespace margay::graph {

/// What a network may end in.
enum class Ending {
  logits,  ///< see require_logits
  any,     ///< whatever it was trained with
};

/// Builds a network from a list of objects, each with "op" and that operator's attributes:
///
///     [{"op": "conv2d", "out_channels": 16, "kernel": 3, "padding": "same"}, {"op": "relu"}, ...,
///      {"op": "flatten"}, {"op": "linear", "out_features": "classes"}]
///
/// A layer takes the output of the layer before it unless "inputs" names nodes, taps or "input". "name" names
/// its node, "tap" its features (one name or a list). The text "classes" stands for `outputs`, the number of
/// logits, which the last layer must have. Throws FormatError for what is no list of layers and ModelError
/// for what does not fit; both name the layer's number.
Graph graph_from_layers(const Shape& input, const Json& layers, int64_t outputs, std::string_view where,
                        Ending ending = Ending::logits);

/// Throws ModelError that says what is meant for names that might be those of layers and are not: the input
/// and softmax.
void refuse_as_layer(std::string_view name, std::string_view where);

/// The list of layers that makes this network, node by node with every attribute and name: what a Builder has
/// made can stand in a recipe. Throws ModelError where the input itself has a tap.
Json layers_of(const Graph& graph);

}  // namespace margay::graph
