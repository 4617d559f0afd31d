// avg_pool2d: the mean of square windows.
#include "margay/graph/operators/avg_pool2d.h"

namespace margay::graph {
namespace {

Shape infer_shape(const AvgPool2d& pool, const Node& node, std::span<const Shape> inputs) {
  return pooled_shape(pool, node, inputs);
}

}  // namespace

std::span<const Field<AvgPool2d>> AvgPool2d::fields() {
  static const std::vector<Field<AvgPool2d>> fields = [] {
    std::vector<Field<AvgPool2d>> all = window_fields<AvgPool2d>();
    all.push_back({"count_include_pad", &AvgPool2d::count_include_pad, "padding counts as zeros"});
    return all;
  }();
  return fields;
}

Operator AvgPool2d::row() {
  return {.name = kOp,
          .words = {"The mean of square windows", "{ op = \"avg_pool2d\", kernel = 2 }"},
          .other_names = {"averagepooling2d"},
          .attributes = schema<AvgPool2d>(),
          .infer_shape = bound<AvgPool2d>(infer_shape),
          .is_pooling = true};
}

}  // namespace margay::graph
