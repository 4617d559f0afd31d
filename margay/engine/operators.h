// The engine's column of the table of operators: how libtorch executes each. A row is in the operator's file
// in engine/operators/.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "margay/engine/torch.h"
#include "margay/graph/fields.h"
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
  std::string_view name;                   ///< of the node, with which its random choices differ from others'
  std::span<const at::Tensor> inputs;      ///< [N, C, H, W] or [N, F]
  std::span<const at::Tensor> parameters;  ///< in the order of Operator::parameters; absent ones are left out
  const ForwardContext& context;
  bool may_overwrite_input = false;  ///< nobody else reads inputs[0], not even its gradient
};

/// Executes a node whose attributes it has.
using Execute = std::function<at::Tensor(const OperatorCall& call)>;

/// A row of the engine's column.
struct OperatorExecution {
  std::string_view op;
  /// Reads the attributes once. Throws ModelError where the node is of another operator.
  std::function<Execute(const graph::Node&)> bind;
  /// What it gives is a view of what libtorch keeps, whatever the operator's gradient reads.
  bool gives_view = false;
};

std::span<const OperatorExecution> operator_executions();

/// Throws ModelError when the engine does not know the operator.
const OperatorExecution& find_execution(std::string_view op);

/// Whether nobody may overwrite what a node gives: its own gradient reads that, or it lies in what others
/// read.
bool output_is_kept(const graph::Node& node);

/// The row of an operator from its function `at::Tensor execute(const Op& attributes, const OperatorCall&)`.
template <class Op>
OperatorExecution executed_by(at::Tensor (*execute)(const Op&, const OperatorCall&)) {
  return {.op = Op::kOp, .bind = [execute](const graph::Node& node) -> Execute {
            return [execute, attributes = graph::bind<Op>(node)](const OperatorCall& call) {
              return execute(attributes, call);
            };
          }};
}

/// A parameter that the node may lack, such as a bias.
c10::optional<at::Tensor> optional_parameter(const OperatorCall& call, size_t index);

}  // namespace margay::engine
