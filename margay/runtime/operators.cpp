// The table: a row of each file in runtime/operators/, several of those that are of a family.
#include "margay/runtime/operators.h"

#include <algorithm>

#include "margay/core/error.h"

namespace margay::runtime {

OperatorRow add_row(), avg_pool2d_row(), batch_norm2d_row(), class_token_row(), concat_row(), conv2d_row(),
    layer_norm_row(), linear_row(), max_pool2d_row(), multiply_row(), self_attention_row();
std::vector<OperatorRow> activation_rows(), global_pool2d_rows(), learned_operand_rows(), token_rows();

namespace {

std::vector<OperatorRow> all_rows() {
  std::vector<OperatorRow> rows{add_row(),        avg_pool2d_row(), batch_norm2d_row(),  class_token_row(),
                                concat_row(),     conv2d_row(),     layer_norm_row(),    linear_row(),
                                max_pool2d_row(), multiply_row(),   self_attention_row()};
  for (const auto family : {activation_rows, global_pool2d_rows, learned_operand_rows, token_rows})
    for (OperatorRow& row : family()) rows.push_back(std::move(row));
  return rows;
}

}  // namespace

std::span<const OperatorRow> operator_rows() {
  static const std::vector<OperatorRow> rows = all_rows();
  return rows;
}

const OperatorRow& find_row(std::string_view op) {
  const auto rows = operator_rows();
  const auto found = std::ranges::find(rows, op, &OperatorRow::op);
  if (found == rows.end())
    throw ModelError("runtime", fmt::format("the operator '{}' cannot be executed", op));
  return *found;
}

ParameterValues parameters_of(const graph::Graph& graph, const graph::Weights& weights, const Step& step) {
  if (const auto& own = find_row(graph.nodes()[step.node].op).parameters) return own(graph, weights, step);
  ParameterValues values;
  for (const graph::Tensor* tensor : graph::tensors_of(graph, step.node, weights))
    values.push_back(tensor->values);
  return values;
}

}  // namespace margay::runtime
