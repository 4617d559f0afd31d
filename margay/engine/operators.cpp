// The table: the rows of each file in engine/operators/, where those of a family are together.
#include "margay/engine/operators.h"

#include <vector>

#include "margay/core/error.h"
#include "margay/graph/operator.h"

namespace margay::engine {

using Rows = std::vector<OperatorExecution>;
Rows activation_rows(), combining_rows(), convolution_rows(), drop_rows(), linear_rows(),
    normalization_rows(), pooling_rows(), self_attention_rows(), token_rows();

namespace {

Rows all_rows() {
  Rows all;
  for (const auto family : {activation_rows, combining_rows, convolution_rows, drop_rows, linear_rows,
                            normalization_rows, pooling_rows, self_attention_rows, token_rows})
    for (OperatorExecution& row : family()) all.push_back(std::move(row));
  return all;
}

}  // namespace

std::span<const OperatorExecution> operator_executions() {
  static const Rows rows = all_rows();
  return rows;
}

const OperatorExecution& find_execution(std::string_view op) {
  for (const OperatorExecution& row : operator_executions())
    if (row.op == op) return row;
  throw ModelError("engine", fmt::format("no way to execute the operator '{}'", op));
}

bool output_is_kept(const graph::Node& node) {
  const graph::Operator& row = graph::operator_of(node);
  return row.inputs == 0 || row.changes_no_value || row.gradient_reads_output ||
         find_execution(node.op).gives_view;
}

c10::optional<at::Tensor> optional_parameter(const OperatorCall& call, size_t index) {
  if (index >= call.parameters.size()) return c10::nullopt;
  return call.parameters[index];
}

}  // namespace margay::engine
