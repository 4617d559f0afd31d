// add, multiply, and what other operators combine with weights.
#include "margay/graph/operators/add.h"
#include "margay/graph/operators/multiply.h"
#include "margay/runtime/operators.h"
#include "margay/runtime/primitive_descs.h"

namespace margay::runtime {
namespace {

using dnnl::memory;

dnnl::binary make_binary(const StepContext& context, dnnl::algorithm algorithm, const memory::desc& layout,
                         const memory::desc& other) {
  return dnnl::binary(
      binary_desc(context.builder.engine(), algorithm, layout, other, layout, attributes_of(context)));
}

int emit(const graph::Add&, StepContext& context) {
  ProgramBuilder& builder = context.builder;
  int first = context.inputs[0], second = context.inputs[1];
  // A flattened feature map and the output of a linear layer are the same vector with different extents.
  if (extents_of(builder.layout(first)) != extents_of(builder.layout(second)))
    for (int* value : {&first, &second}) *value = emit_output(builder, *value, context.shape());
  second = builder.reordered(second, builder.layout(first));
  return emit_binary(context, dnnl::algorithm::binary_add, first, second);
}

int emit(const graph::Multiply&, StepContext& context) {
  ProgramBuilder& builder = context.builder;
  const int first = context.inputs[0];
  int second = context.inputs[1];
  if (extents_of(builder.layout(first)) == extents_of(builder.layout(second)))
    second = builder.reordered(second, builder.layout(first));
  return emit_binary(context, dnnl::algorithm::binary_mul, first, second);
}

}  // namespace

int emit_binary(StepContext& context, dnnl::algorithm algorithm, int value, int other) {
  ProgramBuilder& builder = context.builder;
  const memory::desc layout = builder.layout(value);
  const int output = builder.add_value(layout);
  builder.add(make_binary(context, algorithm, layout, builder.layout(other)),
              {{DNNL_ARG_SRC_0, value}, {DNNL_ARG_SRC_1, other}, {DNNL_ARG_DST, output}});
  return output;
}

int emit_binary(StepContext& context, dnnl::algorithm algorithm, int value, const memory& other) {
  ProgramBuilder& builder = context.builder;
  const memory::desc layout = builder.layout(value);
  const int output = builder.add_value(layout);
  builder.add(make_binary(context, algorithm, layout, other.get_desc()),
              {{DNNL_ARG_SRC_0, value}, {DNNL_ARG_DST, output}}, {{DNNL_ARG_SRC_1, other}});
  return output;
}

OperatorRow add_row() {
  return row_of<graph::Add>(emit);
}
OperatorRow multiply_row() {
  return row_of<graph::Multiply>(emit);
}

}  // namespace margay::runtime
