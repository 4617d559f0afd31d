// What comes out of a classifier: logits, to which the loss and the predictor apply sigmoid or softmax.
#pragma once

#include <cstdint>
#include <string_view>

#include "margay/graph/graph.h"

namespace margay::graph {

/// Of one logit the sign says the class, of two the difference. A rectifier takes the sign, and where it is
/// zero for every picture it has no gradient that would bring it back; among many logits a few such do no
/// harm. What is normalised over one value is a constant, and over two always one unit above and below their
/// mean.
inline constexpr int64_t kFewLogits = 2;

/// Throws ModelError where the network ends in an activation, whatever follows it that changes no value
/// (flatten, dropout, stochastic depth): of logits that sigmoid, softmax or relu has cut, half or all of what
/// could be learned is gone. Before a pooling, only a bounded activation is refused, since SqueezeNet has
/// relu there, but any where there are one or two logits. layer_norm is refused for one or two logits, of
/// which it leaves nothing; behind the last layer with weights, dropout and stochastic depth for any, and
/// batch_norm2d unless a pooling follows it. It is asked of networks that are new: what was trained before a
/// rule came is executed and trained further all the same. `where` names the network.
void require_logits(const Graph& graph, std::string_view where);

}  // namespace margay::graph
