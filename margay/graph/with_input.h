// A network for pictures of another size.
#pragma once

#include "margay/graph/graph.h"

namespace margay::graph {

/// The same nodes on another input; parameters keep their shapes, and tokens that become a map again become
/// one of the size that theirs has now. Throws ModelError that names the node which cannot take it, or the
/// parameter that would change, as behind flatten.
Graph with_input(const Graph& graph, const Shape& input);

}  // namespace margay::graph
