// Puts an ONNX graph together: nodes in order, weights, constants, and names that stand once each.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "margay/graph/graph.h"

namespace onnx {
class GraphProto;
class NodeProto;
}  // namespace onnx

namespace margay::onnx {

/// Types of elements, numbered as TensorProto.DataType.
enum class ElementType : int32_t { f32 = 1, u8 = 2, i64 = 7, boolean = 9, f64 = 11 };

class GraphWriter;

/// What a node gives, a weight, a constant or the input; valid as long as its writer.
struct Value {
  GraphWriter* writer = nullptr;
  std::string name;
};

/// Of a node of ONNX.
struct NodeAttribute {
  std::string_view name;
  std::variant<int64_t, float, std::vector<int64_t>> value;
};

/// An extent of an input or output: a number, or the name of one that differs from call to call.
using Dimension = std::variant<int64_t, std::string>;

/// Appends to a graph that outlives it.
class GraphWriter {
 public:
  /// Names in `reserved` are given to nobody but the weights and values that ask for them.
  GraphWriter(::onnx::GraphProto& graph, int opset, std::set<std::string> reserved);

  int opset() const { return opset_; }

  /// From now on names of values begin with this, such as "features.0": "features.0/Conv".
  void begin(std::string scope) { scope_ = std::move(scope); }

  Value input(const std::string& name, ElementType type, const std::vector<Dimension>& shape,
              const std::string& meaning);
  /// Makes a value, which has that name, an output of the graph.
  void output(const Value& value, const std::vector<Dimension>& shape, const std::string& meaning);

  Value add(std::string_view op, const std::vector<Value>& inputs,
            const std::vector<NodeAttribute>& attributes = {});
  /// The same, with a reserved name for what it gives.
  Value add_named(const std::string& name, std::string_view op, const std::vector<Value>& inputs,
                  const std::vector<NodeAttribute>& attributes = {});
  /// A node that gives several values.
  std::vector<Value> add_outputs(std::string_view op, const std::vector<Value>& inputs, int outputs,
                                 const std::vector<NodeAttribute>& attributes = {});

  /// Weights under their reserved name. Throws ModelError unless the shape has as many elements.
  Value weights(const std::string& name, const graph::Shape& shape, std::span<const float> values);

  // Constants; the same numbers are kept once. Throw ModelError unless the shape has as many elements.
  Value constant(const graph::Shape& shape, std::span<const float> values);
  Value constant(const graph::Shape& shape, std::span<const double> values);
  Value constant(const graph::Shape& shape, std::span<const int64_t> values);
  /// Without an extent.
  template <class Number>
  Value scalar(Number number) {
    return constant({}, std::span<const Number>(&number, 1));
  }
  /// {n}: the form in which ONNX takes shapes and axes.
  Value list(const std::vector<int64_t>& numbers) {
    return constant({static_cast<int64_t>(numbers.size())}, std::span<const int64_t>(numbers));
  }

 private:
  ::onnx::NodeProto& add_node(std::string_view op, const std::vector<Value>& inputs,
                              const std::vector<NodeAttribute>& attributes);
  Value add_constant(ElementType type, const graph::Shape& shape, std::string bytes);
  std::string unused_name(const std::string& wish);

  ::onnx::GraphProto& graph_;
  int opset_;
  std::string scope_;
  std::set<std::string> names_;
  std::map<std::string, std::string> constants_;  ///< names by type, shape and bytes
};

}  // namespace margay::onnx
