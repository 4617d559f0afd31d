// A network as data: a list of typed nodes that knows nothing of any engine.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "margay/core/api.h"

namespace margay::graph {

/// Extents without the batch: {C, H, W} for feature maps, {F} for vectors.
using Shape = std::vector<int64_t>;

/// "3 x 150 x 150"
MARGAY_API std::string to_string(const Shape& shape);
/// Product of the extents.
MARGAY_API int64_t element_count(const Shape& shape);

using Attribute = std::variant<bool, int64_t, double, std::string>;

/// One operation. Which attributes, inputs and parameters it has is said by its row in the table of
/// operators.
struct MARGAY_API Node {
  /// Unique; prefix of its parameters' names ("features.0" owns "features.0.weight").
  std::string name;
  std::string op;                               ///< name of an operator: "conv2d"
  std::vector<int> inputs;                      ///< indices of earlier nodes
  std::map<std::string, Attribute> attributes;  ///< complete: defaults are filled in by `Graph::add`

  /// Throw ModelError when there is no such attribute of that type.
  int64_t integer(std::string_view key) const;
  double number(std::string_view key) const;
  bool flag(std::string_view key) const;
  const std::string& text(std::string_view key) const;

  bool operator==(const Node&) const = default;
};

/// A directed acyclic network. Nodes are in topological order; node 0 is the input; the last is the output
/// (logits).
class MARGAY_API Graph {
 public:
  /// A graph with its input node: shape {C, H, W} or {F}.
  explicit Graph(Shape input_shape);

  /// Appends a node, fills in default attributes, infers its shape; returns its index. Throws ModelError that
  /// names the node, what was found and what was expected.
  int add(std::string name, std::string op, std::vector<int> inputs,
          std::map<std::string, Attribute> attributes = {});

  /// Names the output of a node, so that features can be taken there. Throws ModelError where a tap or
  /// another node has that name.
  void tap(std::string name, int node);

  const std::vector<Node>& nodes() const { return nodes_; }
  const Shape& input_shape() const { return shapes_.front(); }
  const Shape& shape(int node) const { return shapes_.at(node); }  ///< of the node's output
  const Shape& output_shape() const { return shapes_.back(); }
  int output() const { return static_cast<int>(nodes_.size()) - 1; }
  const std::map<std::string, int>& taps() const { return taps_; }

  bool operator==(const Graph&) const = default;

 private:
  std::vector<Node> nodes_;
  std::vector<Shape> shapes_;
  std::map<std::string, int> taps_;
};

}  // namespace margay::graph
