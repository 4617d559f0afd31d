// Layouts, and the network's output.
#include "margay/runtime/operators/step_context.h"

#include "margay/runtime/primitive_descs.h"

namespace margay::runtime {

using dnnl::memory;

int emit_output(ProgramBuilder& builder, int value, const graph::Shape& shape) {
  const memory::dims dims = extents_of(builder.layout(value));
  const int output = builder.add_value(row_major_layout({dims[0], graph::element_count(shape)}));
  builder.copy(value, builder.viewed(output, row_major_layout(dims)));
  return output;
}

memory::desc row_major_layout(const memory::dims& dims) {
  memory::dims strides(dims.size(), 1);
  for (size_t i = dims.size() - 1; i > 0; --i) strides[i - 1] = strides[i] * dims[i];
  return {dims, memory::data_type::f32, strides};
}

memory::desc any_layout(const memory::dims& dims) {
  return {dims, memory::data_type::f32, memory::format_tag::any};
}

memory::desc vector_layout(memory::dim size) {
  return {{size}, memory::data_type::f32, memory::format_tag::a};
}

}  // namespace margay::runtime
