// avg_pool2d: with padding that counts, and windows that reach beyond it.
#include "margay/graph/operators/avg_pool2d.h"

#include "margay/runtime/operators.h"
#include "margay/runtime/operators/pooling.h"
#include "margay/runtime/primitive_descs.h"

namespace margay::runtime {
namespace {

using dnnl::memory;

/// oneDNN divides by the whole kernel; cells beyond the padding must not count. `value` times kernel area /
/// counted cells.
int emit_overhang_correction(ProgramBuilder& builder, int value, const Windows& windows) {
  const auto& [y, x] = windows;
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

int emit(const graph::AvgPool2d& pool, StepContext& context) {
  const Windows windows = windows_of(pool, context);
  if (!pool.count_include_pad || pool.padding == 0)
    return emit_pooling(context, dnnl::algorithm::pooling_avg_exclude_padding, windows);
  const int output = emit_pooling(context, dnnl::algorithm::pooling_avg_include_padding, windows);
  const bool overhangs = windows.y.overhangs() || windows.x.overhangs();
  return overhangs ? emit_overhang_correction(context.builder, output, windows) : output;
}

}  // namespace

OperatorRow avg_pool2d_row() {
  return row_of<graph::AvgPool2d>(emit);
}

}  // namespace margay::runtime
