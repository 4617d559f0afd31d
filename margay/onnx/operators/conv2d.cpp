// conv2d.
#include "margay/graph/operators/conv2d.h"

#include "margay/onnx/operators.h"

namespace margay::onnx {
namespace {

using graph::Conv2d;

Value emit(const Conv2d& conv, const NodeContext& context) {
  std::vector<Value> inputs{context.input(), context.parameter(Conv2d::kWeight)};
  if (conv.bias) inputs.push_back(context.parameter(Conv2d::kBias));
  const int64_t pad = conv.padding;
  return context.writer.add("Conv", inputs,
                            {{"kernel_shape", std::vector{conv.kernel, conv.kernel}},
                             {"strides", std::vector{conv.stride, conv.stride}},
                             {"pads", std::vector{pad, pad, pad, pad}},
                             {"dilations", std::vector{conv.dilation, conv.dilation}},
                             {"group", conv.groups}});
}

}  // namespace

OperatorRow conv2d_row() {
  return row_of<Conv2d>(emit);
}

}  // namespace margay::onnx
