// max_pool2d: the largest value of square windows.
#include "margay/graph/operators/max_pool2d.h"

namespace margay::graph {
namespace {

Shape infer_shape(const MaxPool2d& pool, const Node& node, std::span<const Shape> inputs) {
  return pooled_shape(pool, node, inputs);
}

}  // namespace

std::span<const Field<MaxPool2d>> MaxPool2d::fields() {
  static const std::vector<Field<MaxPool2d>> fields = window_fields<MaxPool2d>();
  return fields;
}

Operator MaxPool2d::row() {
  return {.name = kOp,
          .words = {"The largest value of square windows", "{ op = \"max_pool2d\", kernel = 2 }"},
          .other_names = {"maxpooling2d"},
          .attributes = schema<MaxPool2d>(),
          .infer_shape = bound<MaxPool2d>(infer_shape),
          .is_pooling = true};
}

}  // namespace margay::graph
