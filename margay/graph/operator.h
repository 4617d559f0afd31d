// The table of operators: one row each, with everything about it that no engine needs to say.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "margay/graph/graph.h"

namespace margay::graph {

/// An attribute that an operator understands.
struct AttributeSpec {
  std::string_view name;
  Attribute default_value;  ///< also fixes the type
  bool required = false;
};

/// How a parameter gets its first values.
enum class Init { weight, zeros, ones };

/// A tensor that belongs to a node.
struct ParameterSpec {
  std::string name;      ///< within the node: "weight"
  Shape shape;           ///< conv2d weight: {out, in / groups, kernel_h, kernel_w}; linear weight: {out, in}
  bool trained = true;   ///< false: a buffer (running statistics), which no optimiser touches
  Init init = Init::weight;
  int64_t fan_in = 0;    ///< for Init::weight
  int64_t fan_out = 0;
};

/// A row of the table. Functions get a node with complete attributes.
struct Operator {
  std::string_view name;
  int inputs = 1;
  std::vector<AttributeSpec> attributes;
  /// Output shape; throws ModelError when the inputs do not fit.
  std::function<Shape(const Node&, std::span<const Shape>)> infer_shape;
  /// Parameters and buffers, in the order in which they are saved; null: none.
  std::function<std::vector<ParameterSpec>(const Node&, std::span<const Shape>)> parameters;
  /// Floating-point operations of one sample's forward pass (a multiply-add counts as two); null: 0.
  std::function<int64_t(const Node&, std::span<const Shape> inputs, const Shape& output)> flops;
};

/// Every operator, in the order of the documentation.
std::span<const Operator> operators();

/// Throws ModelError that lists the known names and suggests the nearest.
const Operator& find_operator(std::string_view name);

/// A parameter of a graph under its full name ("features.0.weight").
struct GraphParameter {
  std::string name;
  int node = 0;
  ParameterSpec spec;
};

/// All parameters and buffers of a graph in the order of its nodes.
std::vector<GraphParameter> parameters_of(const Graph& graph);

/// Forward FLOPs of one sample, of one node and of all.
int64_t flops_of(const Graph& graph, int node);
int64_t flops_of(const Graph& graph);

}  // namespace margay::graph
