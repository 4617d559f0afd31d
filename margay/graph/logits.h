// What comes out of a classifier: logits, to which the loss and the predictor apply sigmoid or softmax.
#pragma once

#include <string_view>

#include "margay/graph/graph.h"

namespace margay::graph {

/// Throws ModelError where the network ends in an activation, whatever follows it that changes no value
/// (flatten, dropout, stochastic depth): of logits that sigmoid, softmax or relu has cut, half or all of what
/// could be learned is gone. Before a pooling, only a bounded activation is refused, since SqueezeNet has
/// relu there, but any where there are one or two logits. layer_norm is refused for one or two logits, of
/// which it leaves nothing; behind the last layer with weights, dropout and stochastic depth for any, and
/// batch_norm2d unless a pooling follows it. It is asked of networks that are new: what was trained before a
/// rule came is executed and trained further all the same. `where` names the network.
void require_logits(const Graph& graph, std::string_view where);

}  // namespace margay::graph
