// feature_map: a sequence as a map again.
#include "margay/graph/operators/feature_map.h"

#include "margay/core/error.h"
#include "margay/graph/operators/checks.h"

namespace margay::graph {
namespace {

Shape infer_shape(const FeatureMap& map, const Node& node, std::span<const Shape> inputs) {
  const Shape& tokens = token_sequence(node, inputs);
  if (map.height * map.width != tokens[0])
    reject(node, fmt::format("{} tokens make no map of {} x {}", tokens[0], map.height, map.width));
  return {tokens[1], map.height, map.width};
}

}  // namespace

std::span<const Field<FeatureMap>> FeatureMap::fields() {
  static const Field<FeatureMap> fields[] = {
      {"height", &FeatureMap::height, "rows of the map", at_least(1), Presence::required},
      {"width", &FeatureMap::width, "cells of a row; height x width is the number of tokens", at_least(1),
       Presence::required}};
  return fields;
}

Operator FeatureMap::row() {
  return {
      .name = kOp,
      .words = {"A sequence of tokens as a feature map again",
                "{ op = \"conv2d\", out_channels = 32, kernel = 16, stride = 16 },\n{ op = \"tokens\" },\n"
                "{ op = \"feature_map\", height = 4, width = 4 }"},
      .attributes = schema<FeatureMap>(),
      .infer_shape = bound<FeatureMap>(infer_shape),
      .changes_no_value = true};
}

}  // namespace margay::graph
