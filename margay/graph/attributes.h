// What a layer may be told: names, types, defaults and meanings of its attributes.
#pragma once

#include <span>
#include <string_view>

#include "margay/graph/graph.h"

namespace margay::graph {

/// Whole numbers are from 0 to this.
inline constexpr int64_t kMaxInteger = int64_t{1} << 24;

/// An attribute that an operator understands. Reals are finite.
struct AttributeSpec {
  std::string_view name;
  Attribute default_value;        ///< also fixes the type
  std::string_view meaning = {};  ///< a few words for the list of layers
  bool required = false;
  /// Where this is the name of another attribute, the default value stands for that attribute's value.
  std::string_view default_from = {};
};

/// What the list of layers says of one.
struct LayerWords {
  std::string_view summary;  ///< one sentence without its full stop
  std::string_view example;  ///< as in `network.layers`: layers on a picture, this one the last or nearly so
};

/// Checks the attributes that a node was given and fills in the others. Throws ModelError that names the node
/// and what it may have.
void complete_attributes(Node& node, std::span<const AttributeSpec> known);

}  // namespace margay::graph
