// class_token.
#include "margay/graph/operators/class_token.h"

#include <algorithm>

#include "margay/runtime/operators.h"
#include "margay/runtime/primitive_descs.h"

namespace margay::runtime {
namespace {

using dnnl::memory;
using graph::ClassToken;

int emit(const ClassToken&, StepContext& context) {
  ProgramBuilder& builder = context.builder;
  const memory::desc tokens = builder.layout(context.inputs[0]);
  const memory::dims extents = extents_of(tokens);
  const memory::dim batch = extents[0], features = extents[2];
  const memory token = context.parameter(ClassToken::kToken, row_major_layout({1, 1, features}));
  memory repeated(row_major_layout({batch, 1, features}), builder.engine());
  for (memory::dim i = 0; i < batch; ++i)
    std::copy_n(static_cast<const float*>(token.get_data_handle()), features,
                static_cast<float*>(repeated.get_data_handle()) + i * features);
  const memory::desc longer = row_major_layout({batch, extents[1] + 1, features});
  const auto chosen = concat_desc(builder.engine(), 1, {repeated.get_desc(), tokens}, longer);
  const int output = builder.add_value(longer);
  builder.add(dnnl::concat(chosen), {{DNNL_ARG_MULTIPLE_SRC + 1, context.inputs[0]}, {DNNL_ARG_DST, output}},
              {{DNNL_ARG_MULTIPLE_SRC, repeated}});
  return output;
}

}  // namespace

OperatorRow class_token_row() {
  return row_of<ClassToken>(emit);
}

}  // namespace margay::runtime
