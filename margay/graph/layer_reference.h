// What can stand in the list of layers of a recipe, for people to read: docs/layers.md and `margay recipe
// layers`.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "margay/graph/attributes.h"

namespace margay::graph {

/// A layer of either table.
struct Layer {
  std::string_view name;
  LayerWords words;
  std::span<const AttributeSpec> attributes;
};

/// All but the input: the operators in the order of their table, then those that are several nodes.
std::vector<Layer> layers();

/// The default of an attribute as a recipe has it: "1", "true"; "kernel" where it is another's value, and
/// empty where it has to be given.
std::string default_text(const AttributeSpec& attribute);

/// Name, summary, keys with defaults and the example of one layer. Throws ModelError with the nearest name.
std::string format_layer(std::string_view name);
/// A line for each layer.
std::string format_layers();
/// The page of all layers in Markdown.
std::string format_layers_as_markdown();

}  // namespace margay::graph
