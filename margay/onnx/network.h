// The nodes of a network, one after the other.
#pragma once

#include <set>
#include <string>

#include "margay/graph/graph.h"
#include "margay/graph/weights.h"
#include "margay/onnx/graph_writer.h"

namespace margay::onnx {

/// Names that a network wants for itself: those of its parameters.
std::set<std::string> names_of_parameters(const graph::Graph& graph);

/// Writes what the output needs, and nothing else; `input` is [batch, ...]. The weights must be what
/// graph::check_weights accepts. Throws ModelError where an operator cannot be written.
Value emit_network(const graph::Graph& graph, const graph::Weights& weights, const Value& input);

}  // namespace margay::onnx
