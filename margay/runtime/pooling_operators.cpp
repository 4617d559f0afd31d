// Pooling.
#include <algorithm>

#include "margay/runtime/operators.h"
#include "margay/runtime/primitive_descs.h"

namespace margay::runtime {
namespace {

using dnnl::memory;

/// One axis of a sliding window.
struct Axis {
  int64_t extent, kernel, stride, padding, positions;

  /// Cells after the end that the last window covers; negative where the windows end before it.
  int64_t padding_after() const { return (positions - 1) * stride + kernel - extent - padding; }
  /// Windows that reach beyond the padding, which happens where positions are rounded up.
  bool overhangs() const { return padding_after() > padding; }
  /// Cells of window `i` that count when padding counts.
  int64_t counted(int64_t i) const {
    return std::min(i * stride - padding + kernel, extent + padding) - (i * stride - padding);
  }
};

struct Window {
  Axis y, x;
};

Window window_of(const StepContext& context) {
  const graph::Node& node = context.node();
  const memory::dims source = extents_of(context.builder.layout(context.inputs[0]));
  const graph::Shape& shape = context.graph.shape(context.step.node);
  const int64_t kernel = node.integer("kernel"), stride = node.integer("stride"),
                padding = node.integer("padding");
  return {{source[2], kernel, stride, padding, shape[1]}, {source[3], kernel, stride, padding, shape[2]}};
}

int emit_pooling(StepContext& context, dnnl::algorithm algorithm, const Window& window) {
  ProgramBuilder& builder = context.builder;
  const memory::desc source = builder.layout(context.inputs[0]);
  const auto& [y, x] = window;
  const memory::dims extents = extents_of(source);
  const auto chosen =
      pooling_desc(builder.engine(), algorithm, source,
                   any_layout({extents[0], extents[1], y.positions, x.positions}), {y.kernel, x.kernel},
                   {.strides = {y.stride, x.stride},
                    .padding_before = {y.padding, x.padding},
                    .padding_after = {y.padding_after(), x.padding_after()}});
  const int output = builder.add_value(chosen.dst_desc());
  builder.add(dnnl::pooling_forward(chosen), {{DNNL_ARG_SRC, context.inputs[0]}, {DNNL_ARG_DST, output}});
  return output;
}

int emit_max_pool2d(StepContext& context) {
  return emit_pooling(context, dnnl::algorithm::pooling_max, window_of(context));
}

/// oneDNN divides by the whole kernel; cells beyond the padding must not count. `value` times kernel area /
/// counted cells.
int emit_overhang_correction(ProgramBuilder& builder, int value, const Window& window) {
  const auto& [y, x] = window;
  const memory::desc per_position({1, 1, y.positions, x.positions}, memory::data_type::f32,
                                  memory::format_tag::nchw);
  memory factors(per_position, builder.engine());
  auto* factor = static_cast<float*>(factors.get_data_handle());
  for (int64_t i = 0; i < y.positions; ++i)
    for (int64_t j = 0; j < x.positions; ++j)
      *factor++ = static_cast<float>(static_cast<double>(y.kernel * x.kernel) /
                                     static_cast<double>(y.counted(i) * x.counted(j)));
  const memory::desc layout = builder.layout(value);
  const auto chosen =
      binary_desc(builder.engine(), dnnl::algorithm::binary_mul, layout, per_position, layout);
  const int output = builder.add_value(chosen.dst_desc());
  builder.add(dnnl::binary(chosen), {{DNNL_ARG_SRC_0, value}, {DNNL_ARG_DST, output}},
              {{DNNL_ARG_SRC_1, factors}});
  return output;
}

int emit_avg_pool2d(StepContext& context) {
  const Window window = window_of(context);
  const bool counts_padding =
      context.node().flag("count_include_pad") && context.node().integer("padding") > 0;
  if (!counts_padding) return emit_pooling(context, dnnl::algorithm::pooling_avg_exclude_padding, window);
  const int output = emit_pooling(context, dnnl::algorithm::pooling_avg_include_padding, window);
  const bool overhangs = window.y.overhangs() || window.x.overhangs();
  return overhangs ? emit_overhang_correction(context.builder, output, window) : output;
}

Window whole_map(const StepContext& context) {
  const memory::dims source = extents_of(context.builder.layout(context.inputs[0]));
  return {{source[2], source[2], 1, 0, 1}, {source[3], source[3], 1, 0, 1}};
}

int emit_global_avg_pool2d(StepContext& context) {
  return emit_pooling(context, dnnl::algorithm::pooling_avg_exclude_padding, whole_map(context));
}

int emit_global_max_pool2d(StepContext& context) {
  return emit_pooling(context, dnnl::algorithm::pooling_max, whole_map(context));
}

}  // namespace

OperatorRow max_pool2d_row() {
  return {"max_pool2d", emit_max_pool2d};
}
OperatorRow avg_pool2d_row() {
  return {"avg_pool2d", emit_avg_pool2d};
}
OperatorRow global_avg_pool2d_row() {
  return {"global_avg_pool2d", emit_global_avg_pool2d};
}
OperatorRow global_max_pool2d_row() {
  return {"global_max_pool2d", emit_global_max_pool2d};
}

}  // namespace margay::runtime
