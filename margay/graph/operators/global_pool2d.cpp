// global_avg_pool2d and global_max_pool2d.
#include "margay/graph/operators/global_pool2d.h"

#include "margay/graph/operators/checks.h"

namespace margay::graph {
namespace {

template <class Pool>
std::span<const Field<Pool>> fields_of() {
  static const Field<Pool> fields[] = {
      {"keep_map", &Pool::keep_map,
       "a map of 1 x 1, for convolutions to go on with, in place of the vector"}};
  return fields;
}

template <class Pool>
Shape infer_shape(const Pool& pool, const Node& node, std::span<const Shape> inputs) {
  const int64_t channels = feature_map(node, inputs)[0];
  return pool.keep_map ? Shape{channels, 1, 1} : Shape{channels};
}

template <class Pool>
Operator row_of(LayerWords words, std::vector<std::string_view> other_names) {
  return {.name = Pool::kOp,
          .words = words,
          .other_names = std::move(other_names),
          .attributes = schema<Pool>(),
          .infer_shape = bound(infer_shape<Pool>),
          .is_pooling = true};
}

}  // namespace

std::span<const Field<GlobalAvgPool2d>> GlobalAvgPool2d::fields() {
  return fields_of<GlobalAvgPool2d>();
}
std::span<const Field<GlobalMaxPool2d>> GlobalMaxPool2d::fields() {
  return fields_of<GlobalMaxPool2d>();
}

Operator GlobalAvgPool2d::row() {
  return row_of<GlobalAvgPool2d>({"The mean of each channel: a vector", "{ op = \"global_avg_pool2d\" }"},
                                 {"globalaveragepooling2d", "adaptiveavgpool2d"});
}
Operator GlobalMaxPool2d::row() {
  return row_of<GlobalMaxPool2d>(
      {"The largest value of each channel: a vector", "{ op = \"global_max_pool2d\" }"},
      {"globalmaxpooling2d"});
}

}  // namespace margay::graph
