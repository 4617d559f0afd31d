// Windows to a primitive.
#include "margay/runtime/operators/pooling.h"

#include "margay/runtime/primitive_descs.h"

namespace margay::runtime {

using dnnl::memory;

Windows windows_of(const graph::PoolWindow& pool, const StepContext& context) {
  const memory::dims source = extents_of(context.builder.layout(context.inputs[0]));
  const graph::Shape& shape = context.shape();
  return {{source[2], pool.kernel, pool.stride, pool.padding, shape[1]},
          {source[3], pool.kernel, pool.stride, pool.padding, shape[2]}};
}

Windows whole_map(const StepContext& context) {
  const memory::dims source = extents_of(context.builder.layout(context.inputs[0]));
  return {{source[2], source[2], 1, 0, 1}, {source[3], source[3], 1, 0, 1}};
}

int emit_pooling(StepContext& context, dnnl::algorithm algorithm, const Windows& windows) {
  ProgramBuilder& builder = context.builder;
  const memory::desc source = builder.layout(context.inputs[0]);
  const auto& [y, x] = windows;
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

}  // namespace margay::runtime
