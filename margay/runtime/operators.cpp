// The table of operators of this runtime, and what its rows share.
#include "margay/runtime/operators.h"

#include <algorithm>
#include <array>

#include "margay/core/error.h"
#include "margay/runtime/primitive_descs.h"

namespace margay::runtime {

using dnnl::memory;

std::span<const OperatorRow> operator_rows() {
  static const std::array rows{OperatorRow{"input", nullptr},
                               conv2d_row(),
                               batch_norm2d_row(),
                               activation_row("relu"),
                               activation_row("relu6"),
                               activation_row("leaky_relu"),
                               activation_row("elu"),
                               activation_row("tanh"),
                               activation_row("sigmoid"),
                               activation_row("hardsigmoid"),
                               activation_row("silu"),
                               activation_row("hardswish"),
                               activation_row("gelu"),
                               max_pool2d_row(),
                               avg_pool2d_row(),
                               global_avg_pool2d_row(),
                               global_max_pool2d_row(),
                               OperatorRow{"flatten", nullptr},
                               linear_row(),
                               OperatorRow{"dropout", nullptr},
                               OperatorRow{"stochastic_depth", nullptr},
                               add_row(),
                               multiply_row(),
                               concat_row(),
                               layer_norm_row(),
                               layer_scale_row(),
                               tokens_row(),
                               feature_map_row(),
                               class_token_row(),
                               position_embedding_row(),
                               self_attention_row(),
                               first_token_row()};
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

}  // namespace margay::runtime
