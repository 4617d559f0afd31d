// conv2d, with the batch norm that was folded into it.
#include "margay/graph/operators/conv2d.h"

#include "margay/runtime/fold_batch_norm.h"
#include "margay/runtime/operators.h"
#include "margay/runtime/primitive_descs.h"

namespace margay::runtime {
namespace {

using dnnl::memory;
using graph::Conv2d;

/// {groups, out / groups, in / groups, kernel, kernel}, without the first where there is one group.
memory::dims kernel_dims(const Conv2d& conv, int64_t in_channels) {
  memory::dims dims{conv.out_channels / conv.groups, in_channels / conv.groups, conv.kernel, conv.kernel};
  if (conv.groups > 1) dims.insert(dims.begin(), conv.groups);
  return dims;
}

/// Always with a bias.
ParameterValues folded_parameters(const graph::Graph& graph, const graph::Weights& weights,
                                  const Step& step) {
  ConvolutionWeights folded = fold_batch_norm(graph, weights, step);
  return {std::move(folded.weight.values), std::move(folded.bias.values)};
}

int emit(const Conv2d& conv, StepContext& context) {
  ProgramBuilder& builder = context.builder;
  const memory::dims source = extents_of(builder.layout(context.inputs[0]));
  const graph::Shape& shape = context.shape();
  const memory::dim between = conv.dilation - 1;  // oneDNN counts the cells left out
  const auto chosen = convolution_desc(builder.engine(), dnnl::prop_kind::forward_inference,
                                       {.source = any_layout(source),
                                        .weights = any_layout(kernel_dims(conv, source[1])),
                                        .bias = vector_layout(shape[0]),
                                        .destination = any_layout({source[0], shape[0], shape[1], shape[2]})},
                                       {.window = {.strides = {conv.stride, conv.stride},
                                                   .padding_before = {conv.padding, conv.padding},
                                                   .padding_after = {conv.padding, conv.padding}},
                                        .dilates = {between, between}},
                                       attributes_of(context));
  const int input = builder.reordered(context.inputs[0], chosen.src_desc());
  const int output = builder.add_value(chosen.dst_desc());
  builder.add(dnnl::convolution_forward(chosen), {{DNNL_ARG_SRC, input}, {DNNL_ARG_DST, output}},
              {{DNNL_ARG_WEIGHTS, context.parameter(Conv2d::kWeight, chosen.weights_desc())},
               {DNNL_ARG_BIAS, context.parameter(Conv2d::kBias, chosen.bias_desc())}});
  return output;
}

}  // namespace

OperatorRow conv2d_row() {
  OperatorRow row = row_of<Conv2d>(emit);
  row.parameters = folded_parameters;
  return row;
}

}  // namespace margay::runtime
