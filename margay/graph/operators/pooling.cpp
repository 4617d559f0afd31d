// Pooling: the largest or the mean of square windows, and the mean of whole maps.
#include "margay/core/error.h"
#include "margay/graph/operators/checks.h"
#include "margay/graph/operators/rows.h"

namespace margay::graph {
namespace {

std::vector<AttributeSpec> window_attributes() {
  return {{"kernel", int64_t{0}, "side of the window", true},
          {"stride", int64_t{0}, "cells from one window to the next", false, "kernel"},
          {"padding", int64_t{0}, "cells on each side, \"same\" or \"valid\""},
          {"ceil_mode", false, "windows may reach beyond the end, so that the size is rounded up"}};
}

Shape infer_pooled_shape(const Node& node, std::span<const Shape> inputs) {
  const Shape& input = feature_map(node, inputs);
  const Window window{kernel_of(node), integer_at_least(node, "stride", 1), node.integer("padding"), 1,
                      node.flag("ceil_mode")};
  if (window.padding > window.kernel / 2)
    reject(node, fmt::format("padding {} is more than half of kernel {}", window.padding, window.kernel),
           "a window must not lie in the padding alone");
  return {input[0], window_positions(node, input, input[1], window),
          window_positions(node, input, input[2], window)};
}

std::vector<AttributeSpec> global_attributes() {
  return {{"keep_map", false, "a map of 1 x 1, for convolutions to go on with, in place of the vector"}};
}

Shape infer_global_shape(const Node& node, std::span<const Shape> inputs) {
  const int64_t channels = feature_map(node, inputs)[0];
  return node.flag("keep_map") ? Shape{channels, 1, 1} : Shape{channels};
}

}  // namespace

Operator max_pool2d_row() {
  return {.name = "max_pool2d",
          .words = {"The largest value of square windows", "{ op = \"max_pool2d\", kernel = 2 }"},
          .attributes = window_attributes(),
          .infer_shape = infer_pooled_shape};
}

Operator avg_pool2d_row() {
  std::vector<AttributeSpec> attributes = window_attributes();
  attributes.push_back({"count_include_pad", true, "padding counts as zeros"});
  return {.name = "avg_pool2d",
          .words = {"The mean of square windows", "{ op = \"avg_pool2d\", kernel = 2 }"},
          .attributes = attributes,
          .infer_shape = infer_pooled_shape};
}

/// A vector {C}, or with `keep_map` a feature map {C, 1, 1} for convolutions to go on with.
Operator global_avg_pool2d_row() {
  return {.name = "global_avg_pool2d",
          .words = {"The mean of each channel: a vector", "{ op = \"global_avg_pool2d\" }"},
          .attributes = global_attributes(),
          .infer_shape = infer_global_shape};
}

Operator global_max_pool2d_row() {
  return {.name = "global_max_pool2d",
          .words = {"The largest value of each channel: a vector", "{ op = \"global_max_pool2d\" }"},
          .attributes = global_attributes(),
          .infer_shape = infer_global_shape};
}

}  // namespace margay::graph
