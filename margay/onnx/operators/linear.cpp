// linear: Gemm takes a vector a picture, of tokens it is a product with the matrix the other way round.
#include "margay/graph/operators/linear.h"

#include "margay/onnx/expressions.h"
#include "margay/onnx/operators.h"

namespace margay::onnx {
namespace {

using graph::Linear;

Value emit_of_tokens(const Linear& linear, const NodeContext& context) {
  const Value matrix = transposed(context.parameter(Linear::kWeight), {1, 0});
  const Value product = matrix_product(context.input(), matrix);
  return linear.bias ? product + context.parameter(Linear::kBias) : product;
}

Value emit(const Linear& linear, const NodeContext& context) {
  if (context.input_shape().size() == 2) return emit_of_tokens(linear, context);
  std::vector<Value> inputs{context.input(), context.parameter(Linear::kWeight)};
  if (linear.bias) inputs.push_back(context.parameter(Linear::kBias));
  return context.writer.add("Gemm", inputs, {{"transB", int64_t{1}}});
}

}  // namespace

OperatorRow linear_row() {
  return row_of<Linear>(emit);
}

}  // namespace margay::onnx
