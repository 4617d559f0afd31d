// The table: a row of each file in onnx/operators/, several those that are of a family.
#include "margay/onnx/operators.h"

#include <algorithm>
#include <utility>

#include "margay/core/error.h"
#include "margay/graph/operator.h"

namespace margay::onnx {

OperatorRow avg_pool2d_row(), batch_norm2d_row(), class_token_row(), conv2d_row(), flatten_row(),
    layer_norm_row(), linear_row(), max_pool2d_row(), self_attention_row();
std::vector<OperatorRow> activation_rows(), binary_rows(), global_pool2d_rows(), learned_operand_rows(),
    token_rows(), training_rows();

namespace {

std::vector<OperatorRow> all_rows() {
  std::vector<OperatorRow> rows{avg_pool2d_row(), batch_norm2d_row(), class_token_row(),
                                conv2d_row(),     flatten_row(),      layer_norm_row(),
                                linear_row(),     max_pool2d_row(),   self_attention_row()};
  for (const auto family :
       {activation_rows, binary_rows, global_pool2d_rows, learned_operand_rows, token_rows, training_rows})
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
    throw ModelError("onnx", fmt::format("the operator '{}' cannot be written as ONNX", op));
  return *found;
}

Value NodeContext::parameter(int number) const {
  return parameter(number, graph::tensors_of(graph, index, weights)[number]->shape);
}

Value NodeContext::parameter(int number, const graph::Shape& shape) const {
  return writer.weights(graph::parameter_names_of(graph, index)[number], shape,
                        graph::tensors_of(graph, index, weights)[number]->values);
}

}  // namespace margay::onnx
