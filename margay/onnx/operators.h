// The column of ONNX in the table of operators: what of each its nodes are. A row is in the operator's file
// in onnx/operators/.
#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "margay/graph/fields.h"
#include "margay/graph/graph.h"
#include "margay/graph/weights.h"
#include "margay/onnx/graph_writer.h"

namespace margay::onnx {

/// What a row has to write a node.
struct NodeContext {
  GraphWriter& writer;
  const graph::Graph& graph;
  const graph::Weights& weights;
  int index = 0;              ///< of the node
  std::vector<Value> inputs;  ///< [batch, ...] each

  const graph::Node& node() const { return graph.nodes()[index]; }
  const graph::Shape& input_shape() const { return graph.shape(node().inputs.front()); }
  const graph::Shape& shape() const { return graph.shape(index); }
  const Value& input() const { return inputs.front(); }

  /// A parameter by its number in the operator's row, under its full name.
  Value parameter(int number) const;
  /// The same values in another shape.
  Value parameter(int number, const graph::Shape& shape) const;
};

/// A row of the table. The network's input has none.
struct OperatorRow {
  std::string_view op;
  /// Adds what the node computes at inference, and returns its output, [batch, ...].
  std::function<Value(const NodeContext&)> emit;
};

std::span<const OperatorRow> operator_rows();
/// Throws ModelError.
const OperatorRow& find_row(std::string_view op);

/// The row of an operator from its function `Value emit(const Op& attributes, const NodeContext& context)`.
template <class Op>
OperatorRow row_of(Value (*emit)(const Op&, const NodeContext&)) {
  return {Op::kOp,
          [emit](const NodeContext& context) { return emit(graph::bind<Op>(context.node()), context); }};
}

}  // namespace margay::onnx
