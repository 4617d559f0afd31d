// The form of a graph that is saved in a model file.
#pragma once

#include <string_view>

#include "margay/core/json.h"
#include "margay/graph/graph.h"

namespace margay::graph {

/// {"input": [3, 150, 150], "nodes": [{name, op, inputs, attributes}, ...], "taps": {name: node}}, nodes
/// being counted from 1, since 0 is the input.
Json to_json(const Graph& graph);

/// Checks everything. Throws ModelError or FormatError.
Graph graph_from_json(const Json& json, std::string_view where);

}  // namespace margay::graph
