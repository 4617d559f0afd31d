// What comes out of a classifier: logits, to which the loss and the predictor apply sigmoid or softmax.
#pragma once

#include <string_view>

#include "margay/graph/graph.h"

namespace margay::graph {

/// Throws ModelError where the network ends in an activation, whatever follows it that changes no value
/// (flatten, dropout, stochastic depth): of logits that sigmoid, softmax or relu has cut, half or all of what
/// could be learned is gone. A bounded activation is refused before a pooling, too; relu is not, because
/// SqueezeNet ends so. `where` names the network.
void require_logits(const Graph& graph, std::string_view where);

}  // namespace margay::graph
