// The runtime's column of the table of operators: what of each oneDNN does. A row is in the operator's file
// in runtime/operators/.
#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "margay/graph/fields.h"
#include "margay/graph/graph.h"
#include "margay/graph/weights.h"
#include "margay/runtime/operators/activation.h"
#include "margay/runtime/operators/step_context.h"
#include "margay/runtime/plan.h"
#include "margay/runtime/weight_store.h"

namespace margay::runtime {

/// A row of the table. What the plan resolves by itself, such as dropout and flatten, has none.
struct OperatorRow {
  std::string_view op;
  /// Adds the primitives of a step and returns the value of its output.
  std::function<int(StepContext&)> emit;
  /// What the store keeps of a step's parameters; null: those of its node, in the order of the operator's
  /// row.
  std::function<ParameterValues(const graph::Graph&, const graph::Weights&, const Step&)> parameters =
      nullptr;
  /// The functions of an activation; null: it is none.
  std::function<Activation(const graph::Node&)> activation = nullptr;
  /// Which of the activations that it may take its primitive has; null: all.
  std::function<bool(const graph::Node& activation)> applies = nullptr;
};

std::span<const OperatorRow> operator_rows();
/// Throws ModelError.
const OperatorRow& find_row(std::string_view op);

/// The row of an operator from its function `int emit(const Op& attributes, StepContext& context)`.
template <class Op>
OperatorRow row_of(int (*emit)(const Op&, StepContext&)) {
  return {.op = Op::kOp,
          .emit = [emit](StepContext& context) { return emit(graph::bind<Op>(context.node()), context); }};
}

/// The values of a step's parameters that the store keeps.
ParameterValues parameters_of(const graph::Graph& graph, const graph::Weights& weights, const Step& step);

}  // namespace margay::runtime
