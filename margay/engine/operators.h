// How libtorch executes each operator of the graph: the engine's column of the table in graph/operator.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "margay/engine/torch.h"
#include "margay/graph/graph.h"

namespace margay::engine {

/// What a forward pass has to know besides its input.
struct ForwardContext {
  bool training = false;  ///< dropout drops, batch norm uses and updates batch statistics
  uint64_t seed = 0;      ///< with epoch and samples: the key of every random choice
  int epoch = 0;
  std::span<const uint32_t> samples{};  ///< [N], data::Batch::random_keys; used when training
  /// Share of this batch in batch norm's running statistics; the node's own where there is none.
  std::optional<double> batch_norm_momentum = std::nullopt;
  bool batch_norm_is_frozen = false;  ///< batch norm uses what it remembers in training too, and leaves it so

  bool uses_batch_statistics() const { return training && !batch_norm_is_frozen; }
};

/// One execution of one node.
struct OperatorCall {
  const graph::Node& node;
  std::span<const at::Tensor> inputs;      ///< [N, C, H, W] or [N, F]
  std::span<const at::Tensor> parameters;  ///< in the order of Operator::parameters; absent ones are left out
  const ForwardContext& context;
  bool may_overwrite_input = false;  ///< nobody else reads inputs[0], not even its gradient
};

using Execute = at::Tensor (*)(const OperatorCall& call);

/// A row of the engine's column.
struct OperatorExecution {
  std::string_view op;
  Execute execute;
  bool output_is_saved;  ///< its gradient reads its output, so that the next node must not overwrite it
};

std::span<const OperatorExecution> operator_executions();

/// Throws ModelError when the engine does not know the operator.
const OperatorExecution& find_execution(std::string_view op);

}  // namespace margay::engine
