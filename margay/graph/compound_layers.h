// Layers of recipes that are several nodes of a graph.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "margay/graph/attributes.h"

namespace margay::graph {

/// One of the nodes that a compound layer makes, each of the one before.
struct LayerPart {
  std::string_view name;  ///< behind the layer's: "separable_conv1.depthwise"
  std::string_view op;
  std::map<std::string, Attribute> attributes;
};

/// A row of their table.
struct CompoundLayer {
  std::string_view name;
  LayerWords words;
  std::vector<std::string_view> other_names;  ///< as of an operator
  std::vector<AttributeSpec> attributes;
  /// Of a node with complete attributes on an input of this shape. Throws ModelError where they do not fit.
  std::vector<LayerPart> (*parts)(const Node& layer, const Shape& input);
};

std::span<const CompoundLayer> compound_layers();
/// Null where there is none of that name.
const CompoundLayer* find_compound_layer(std::string_view name);

}  // namespace margay::graph
