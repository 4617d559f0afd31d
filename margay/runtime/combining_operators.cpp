// add, multiply and concat.
#include <functional>
#include <numeric>
#include <vector>

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

int emit_add(StepContext& context) {
  ProgramBuilder& builder = context.builder;
  int first = context.inputs[0], second = context.inputs[1];
  // A flattened feature map and the output of a linear layer are the same vector with different extents.
  if (extents_of(builder.layout(first)) != extents_of(builder.layout(second)))
    for (int* value : {&first, &second}) *value = emit_output(builder, *value, context.shape());
  second = builder.reordered(second, builder.layout(first));
  return emit_binary(context, dnnl::algorithm::binary_add, first, second);
}

int emit_multiply(StepContext& context) {
  ProgramBuilder& builder = context.builder;
  const int first = context.inputs[0];
  int second = context.inputs[1];
  if (extents_of(builder.layout(first)) == extents_of(builder.layout(second)))
    second = builder.reordered(second, builder.layout(first));
  return emit_binary(context, dnnl::algorithm::binary_mul, first, second);
}

int emit_concat(StepContext& context) {
  ProgramBuilder& builder = context.builder;
  std::vector<int> inputs = context.inputs;
  // Vectors may be flattened feature maps or outputs of linear layers, whose extents differ.
  if (context.shape().size() == 1)
    for (int& value : inputs) {
      const memory::dims extents = extents_of(builder.layout(value));
      const memory::dim numbers =
          std::accumulate(extents.begin() + 1, extents.end(), memory::dim{1}, std::multiplies<>());
      value = emit_output(builder, value, {numbers});
    }
  const memory::desc first = builder.layout(inputs[0]), second = builder.layout(inputs[1]);
  const auto chosen = concat_desc(builder.engine(), 1, {first, second});
  const int output = builder.add_value(chosen.dst_desc());
  builder.add(
      dnnl::concat(chosen),
      {{DNNL_ARG_MULTIPLE_SRC, inputs[0]}, {DNNL_ARG_MULTIPLE_SRC + 1, inputs[1]}, {DNNL_ARG_DST, output}});
  return output;
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
  return {"add", emit_add};
}
OperatorRow multiply_row() {
  return {"multiply", emit_multiply};
}
OperatorRow concat_row() {
  return {"concat", emit_concat};
}

}  // namespace margay::runtime
