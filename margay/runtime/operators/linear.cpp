// linear, and what else multiplies rows by a matrix of weights.
#include "margay/graph/operators/linear.h"

#include "margay/runtime/operators.h"
#include "margay/runtime/primitive_descs.h"

namespace margay::runtime {
namespace {

using dnnl::memory;
using graph::Linear;

/// Always with a bias.
ParameterValues parameters_with_bias(const graph::Graph& graph, const graph::Weights& weights,
                                     const Step& step) {
  ParameterValues values;
  for (const graph::Tensor* tensor : graph::tensors_of(graph, step.node, weights))
    values.push_back(tensor->values);
  if (values.size() == Linear::kBias) values.emplace_back(graph.shape(step.node).back());
  return values;
}

/// A flattened feature map is read as it lies: with weights {out, C, H, W} nothing has to be copied.
int emit(const Linear& linear, StepContext& context) {
  ProgramBuilder& builder = context.builder;
  const int64_t outputs = linear.out_features;
  const bool is_sequence = context.input_shape().size() == 2;
  if (!is_sequence)
    return emit_inner_product(context, context.inputs[0], outputs, Linear::kWeight, Linear::kBias);
  const memory::dims dims = extents_of(builder.layout(context.inputs[0]));
  const int rows = builder.viewed(context.inputs[0], row_major_layout({dims[0] * dims[1], dims[2]}));
  const int output = emit_inner_product(context, rows, outputs, Linear::kWeight, Linear::kBias);
  const int row_major = builder.reordered(output, row_major_layout({dims[0] * dims[1], outputs}));
  return builder.viewed(row_major, row_major_layout({dims[0], dims[1], outputs}));
}

}  // namespace

int emit_inner_product(StepContext& context, int value, int64_t outputs, int weight, int bias) {
  ProgramBuilder& builder = context.builder;
  const memory::dims source = extents_of(builder.layout(value));
  memory::dims matrix = source;
  matrix[0] = outputs;
  const auto chosen = inner_product_desc(builder.engine(),
                                         {.source = any_layout(source),
                                          .weights = any_layout(matrix),
                                          .bias = vector_layout(outputs),
                                          .destination = any_layout({source[0], outputs})},
                                         attributes_of(context));
  const int input = builder.reordered(value, chosen.src_desc());
  const int output = builder.add_value(chosen.dst_desc());
  builder.add(dnnl::inner_product_forward(chosen), {{DNNL_ARG_SRC, input}, {DNNL_ARG_DST, output}},
              {{DNNL_ARG_WEIGHTS, context.parameter(weight, chosen.weights_desc())},
               {DNNL_ARG_BIAS, context.parameter(bias, chosen.bias_desc())}});
  return output;
}

OperatorRow linear_row() {
  OperatorRow row = row_of<Linear>(emit);
  row.parameters = parameters_with_bias;
  return row;
}

}  // namespace margay::runtime
