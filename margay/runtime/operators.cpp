// The table of operators of this runtime, and the small ones among them.
#include "margay/runtime/operators.h"

#include <algorithm>
#include <array>

#include "margay/core/error.h"

namespace margay::runtime {
namespace {

using dnnl::memory;

int emit_add(StepContext& context) {
  ProgramBuilder& builder = context.builder;
  int first = context.inputs[0], second = context.inputs[1];
  // A flattened feature map and the output of a linear layer are the same vector with different extents.
  if (builder.layout(first).dims() != builder.layout(second).dims())
    for (int* value : {&first, &second})
      *value = emit_output(builder, *value, context.graph.shape(context.step.node));
  second = builder.reordered(second, builder.layout(first));
  const memory::desc layout = builder.layout(first);
  const dnnl::binary::desc description(dnnl::algorithm::binary_add, layout, layout, layout);
  const dnnl::binary::primitive_desc chosen(description, attributes_of(context), builder.engine());
  const int output = builder.add_value(chosen.dst_desc());
  builder.add(dnnl::binary(chosen),
              {{DNNL_ARG_SRC_0, first}, {DNNL_ARG_SRC_1, second}, {DNNL_ARG_DST, output}});
  return output;
}

}  // namespace

std::span<const OperatorRow> operator_rows() {
  static const std::array rows{OperatorRow{"input", nullptr},
                               conv2d_row(),
                               batch_norm2d_row(),
                               activation_row("relu"),
                               activation_row("relu6"),
                               activation_row("sigmoid"),
                               activation_row("hardsigmoid"),
                               activation_row("silu"),
                               activation_row("hardswish"),
                               activation_row("gelu"),
                               max_pool2d_row(),
                               avg_pool2d_row(),
                               global_avg_pool2d_row(),
                               OperatorRow{"flatten", nullptr},
                               linear_row(),
                               OperatorRow{"dropout", nullptr},
                               OperatorRow{"add", emit_add}};
  return rows;
}

const OperatorRow& find_row(std::string_view op) {
  const auto rows = operator_rows();
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const OperatorRow& row) { return row.op == op; });
  if (found == rows.end())
    throw ModelError("runtime", fmt::format("the operator '{}' cannot be executed", op));
  return *found;
}

int emit_output(ProgramBuilder& builder, int value, const graph::Shape& shape) {
  const memory::dims dims = builder.layout(value).dims();
  const auto tag = dims.size() == 4 ? memory::format_tag::nchw : memory::format_tag::nc;
  const memory::desc row_major(dims, memory::data_type::f32, tag);
  const dnnl::reorder::primitive_desc description(builder.engine(), builder.layout(value), builder.engine(),
                                                  row_major);
  const memory::desc vector({dims[0], graph::element_count(shape)}, memory::data_type::f32,
                            memory::format_tag::nc);
  const int output = builder.add_value(vector);
  builder.add(dnnl::reorder(description), {{DNNL_ARG_FROM, value}, {DNNL_ARG_TO, output}});
  return output;
}

memory::desc any_layout(const memory::dims& dims) {
  return {dims, memory::data_type::f32, memory::format_tag::any};
}

}  // namespace margay::runtime
