// What a layer may be told: names, types, defaults, limits and meanings of its attributes.
#pragma once

#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "margay/graph/graph.h"

namespace margay::graph {

/// Whole numbers are from 0 to this.
inline constexpr int64_t kMaxInteger = int64_t{1} << 24;

/// The values that a number may have; both ends are among them unless they are left out.
struct Limits {
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();
  bool without_least = false, without_most = false;
  std::string_view hint = {};  ///< for who gave another value

  bool contain(double value) const;
  bool operator==(const Limits&) const = default;
};

constexpr Limits at_least(double least) {
  return {.least = least};
}
constexpr Limits greater_than(double bound) {
  return {.least = bound, .without_least = true};
}
constexpr Limits from_to(double least, double most) {
  return {.least = least, .most = most};
}

/// "at least 1", "from 0 to 1", "at least 0 and below 1"; empty where there are none.
std::string to_string(const Limits& limits);

/// An attribute that an operator understands. Reals are finite.
struct AttributeSpec {
  std::string_view name;
  Attribute default_value;        ///< also fixes the type
  std::string_view meaning = {};  ///< a few words for the list of layers
  bool required = false;
  /// Where this is the name of another attribute, the default value stands for that attribute's value.
  std::string_view default_from = {};
  Limits limits = {};  ///< of a number
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
