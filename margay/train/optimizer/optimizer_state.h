// The memory of an optimiser as named host values, for checkpoints.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "margay/engine/network.h"
#include "margay/graph/weights.h"
#include "margay/train/optimizer/optimizer.h"

namespace margay::train {

/// By slot ("momentum"), then by the name of the parameter.
using OptimizerState = std::map<std::string, graph::Weights>;

/// `tensors` are those of the network whose trained ones the optimiser changes, in its order.
OptimizerState optimizer_state(Optimizer& optimizer, const std::vector<engine::NamedTensor>& tensors);

/// Throws ModelError when a slot or a parameter is missing or has another shape.
void set_optimizer_state(Optimizer& optimizer, const std::vector<engine::NamedTensor>& tensors,
                         const OptimizerState& state);

}  // namespace margay::train
