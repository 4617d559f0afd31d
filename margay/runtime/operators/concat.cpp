// concat: two values side by side.
#include "margay/graph/operators/concat.h"

#include <functional>
#include <numeric>
#include <vector>

#include "margay/runtime/operators.h"
#include "margay/runtime/primitive_descs.h"

namespace margay::runtime {
namespace {

using dnnl::memory;

int emit(const graph::Concat&, StepContext& context) {
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

OperatorRow concat_row() {
  return row_of<graph::Concat>(emit);
}

}  // namespace margay::runtime
