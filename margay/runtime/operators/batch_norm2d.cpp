// batch_norm2d where no convolution is before it.
#include "margay/graph/operators/batch_norm2d.h"

#include "margay/graph/operators/activations.h"
#include "margay/runtime/operators.h"
#include "margay/runtime/primitive_descs.h"

namespace margay::runtime {
namespace {

using dnnl::memory;
using graph::BatchNorm2d;

int emit(const BatchNorm2d& norm, StepContext& context) {
  ProgramBuilder& builder = context.builder;
  using dnnl::normalization_flags;
  auto flags =
      normalization_flags::use_global_stats | normalization_flags::use_scale | normalization_flags::use_shift;
  if (context.step.activation >= 0) flags = flags | normalization_flags::fuse_norm_relu;
  const memory::desc layout = builder.layout(context.inputs[0]);
  const auto chosen = batch_norm_desc(builder.engine(), layout, static_cast<float>(norm.eps), flags);
  const int output = builder.add_value(chosen.dst_desc());
  const memory::desc per_channel = vector_layout(extents_of(layout)[1]);
  const auto parameter = [&](int index) { return context.parameter(index, per_channel); };
  builder.add(dnnl::batch_normalization_forward(chosen),
              {{DNNL_ARG_SRC, context.inputs[0]}, {DNNL_ARG_DST, output}},
              {{DNNL_ARG_SCALE, parameter(BatchNorm2d::kWeight)},
               {DNNL_ARG_SHIFT, parameter(BatchNorm2d::kBias)},
               {DNNL_ARG_MEAN, parameter(BatchNorm2d::kRunningMean)},
               {DNNL_ARG_VARIANCE, parameter(BatchNorm2d::kRunningVariance)}});
  return output;
}

}  // namespace

OperatorRow batch_norm2d_row() {
  OperatorRow row = row_of<BatchNorm2d>(emit);
  row.applies = graph::is<graph::Relu>;  // which oneDNN's normalisation knows alone
  return row;
}

}  // namespace margay::runtime
