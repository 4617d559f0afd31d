// avg_pool2d: with padding that counts, and windows that reach beyond it.
#include "margay/graph/operators/avg_pool2d.h"

#include "margay/onnx/expressions.h"
#include "margay/onnx/operators.h"
#include "margay/onnx/operators/windows.h"

namespace margay::onnx {
namespace {

/// ONNX divides by the whole kernel; cells beyond the padding must not count. {1, 1, H, W}: kernel area /
/// counted cells.
Value overhang_factors(GraphWriter& writer, const Windows& windows) {
  const auto& [y, x] = windows;
  std::vector<float> factors;
  for (int64_t i = 0; i < y.positions; ++i)
    for (int64_t j = 0; j < x.positions; ++j)
      factors.push_back(static_cast<float>(static_cast<double>(y.kernel * x.kernel) /
                                           static_cast<double>(y.counted(i) * x.counted(j))));
  return writer.constant({1, 1, y.positions, x.positions}, std::span<const float>(factors));
}

Value emit(const graph::AvgPool2d& pool, const NodeContext& context) {
  const Windows windows = windows_of(pool, context);
  const bool counts_padding = pool.count_include_pad && pool.padding > 0;
  std::vector<NodeAttribute> attributes = windows.attributes();
  attributes.push_back({"count_include_pad", int64_t{counts_padding}});
  const Value mean = context.writer.add("AveragePool", {context.input()}, attributes);
  const bool overhangs = windows.y.overhangs() || windows.x.overhangs();
  return counts_padding && overhangs ? mean * overhang_factors(context.writer, windows) : mean;
}

}  // namespace

OperatorRow avg_pool2d_row() {
  return row_of<graph::AvgPool2d>(emit);
}

}  // namespace margay::onnx
