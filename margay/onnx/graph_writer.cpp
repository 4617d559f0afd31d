// From calls to the messages of ONNX.
#include "margay/onnx/graph_writer.h"

#include <bit>
#include <utility>

#include "margay/core/error.h"
#include "margay/onnx/library.h"

namespace margay::onnx {
namespace {

using ::onnx::TensorProto;

static_assert(static_cast<int>(ElementType::f32) == TensorProto::FLOAT);
static_assert(static_cast<int>(ElementType::u8) == TensorProto::UINT8);
static_assert(static_cast<int>(ElementType::i64) == TensorProto::INT64);
static_assert(static_cast<int>(ElementType::boolean) == TensorProto::BOOL);
static_assert(static_cast<int>(ElementType::f64) == TensorProto::DOUBLE);
static_assert(std::endian::native == std::endian::little, "raw_data is little-endian");

void set(::onnx::AttributeProto& attribute, int64_t whole) {
  attribute.set_type(::onnx::AttributeProto::INT);
  attribute.set_i(whole);
}
void set(::onnx::AttributeProto& attribute, float real) {
  attribute.set_type(::onnx::AttributeProto::FLOAT);
  attribute.set_f(real);
}
void set(::onnx::AttributeProto& attribute, const std::vector<int64_t>& list) {
  attribute.set_type(::onnx::AttributeProto::INTS);
  attribute.mutable_ints()->Add(list.begin(), list.end());
}

void describe(::onnx::ValueInfoProto& value, const std::string& name, ElementType type,
              const std::vector<Dimension>& shape, const std::string& meaning) {
  value.set_name(name);
  value.set_doc_string(meaning);
  auto& tensor = *value.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(static_cast<int>(type));
  for (const Dimension& extent : shape) {
    auto& dimension = *tensor.mutable_shape()->add_dim();
    if (const auto* fixed = std::get_if<int64_t>(&extent))
      dimension.set_dim_value(*fixed);
    else
      dimension.set_dim_param(std::get<std::string>(extent));
  }
}

void add_tensor(::onnx::GraphProto& graph, const std::string& name, ElementType type,
                const graph::Shape& shape, std::string bytes) {
  TensorProto& tensor = *graph.add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(static_cast<int>(type));
  tensor.mutable_dims()->Add(shape.begin(), shape.end());
  tensor.set_raw_data(std::move(bytes));
}

template <class Number>
std::string bytes_of(const graph::Shape& shape, std::span<const Number> values) {
  require<ModelError>(static_cast<size_t>(graph::element_count(shape)) == values.size(), "onnx",
                      fmt::format("{} values for a tensor of {}", values.size(), graph::to_string(shape)));
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

}  // namespace

GraphWriter::GraphWriter(::onnx::GraphProto& graph, int opset, std::set<std::string> reserved)
    : graph_(graph), opset_(opset), names_(std::move(reserved)) {}

Value GraphWriter::input(const std::string& name, ElementType type, const std::vector<Dimension>& shape,
                         const std::string& meaning) {
  describe(*graph_.add_input(), name, type, shape, meaning);
  return {this, name};
}

void GraphWriter::output(const Value& value, const std::vector<Dimension>& shape,
                         const std::string& meaning) {
  describe(*graph_.add_output(), value.name, ElementType::f32, shape, meaning);
}

Value GraphWriter::add(std::string_view op, const std::vector<Value>& inputs,
                       const std::vector<NodeAttribute>& attributes) {
  return add_outputs(op, inputs, 1, attributes).front();
}

Value GraphWriter::add_named(const std::string& name, std::string_view op, const std::vector<Value>& inputs,
                             const std::vector<NodeAttribute>& attributes) {
  ::onnx::NodeProto& node = add_node(op, inputs, attributes);
  node.set_name(name);
  node.add_output(name);
  return {this, name};
}

std::vector<Value> GraphWriter::add_outputs(std::string_view op, const std::vector<Value>& inputs,
                                            int outputs, const std::vector<NodeAttribute>& attributes) {
  ::onnx::NodeProto& node = add_node(op, inputs, attributes);
  std::vector<Value> values;
  for (int i = 0; i < outputs; ++i) {
    values.push_back({this, unused_name(scope_ + '/' + std::string(op))});
    node.add_output(values.back().name);
  }
  node.set_name(values.front().name);
  return values;
}

Value GraphWriter::weights(const std::string& name, const graph::Shape& shape,
                           std::span<const float> values) {
  add_tensor(graph_, name, ElementType::f32, shape, bytes_of(shape, values));
  return {this, name};
}

Value GraphWriter::constant(const graph::Shape& shape, std::span<const float> values) {
  return add_constant(ElementType::f32, shape, bytes_of(shape, values));
}
Value GraphWriter::constant(const graph::Shape& shape, std::span<const double> values) {
  return add_constant(ElementType::f64, shape, bytes_of(shape, values));
}
Value GraphWriter::constant(const graph::Shape& shape, std::span<const int64_t> values) {
  return add_constant(ElementType::i64, shape, bytes_of(shape, values));
}

::onnx::NodeProto& GraphWriter::add_node(std::string_view op, const std::vector<Value>& inputs,
                                         const std::vector<NodeAttribute>& attributes) {
  ::onnx::NodeProto& node = *graph_.add_node();
  node.set_op_type(std::string(op));
  for (const Value& input : inputs) node.add_input(input.name);
  for (const NodeAttribute& attribute : attributes) {
    ::onnx::AttributeProto& added = *node.add_attribute();
    added.set_name(std::string(attribute.name));
    std::visit([&](const auto& value) { set(added, value); }, attribute.value);
  }
  return node;
}

Value GraphWriter::add_constant(ElementType type, const graph::Shape& shape, std::string bytes) {
  const std::string key = fmt::format("{} {} ", static_cast<int>(type), fmt::join(shape, ",")) + bytes;
  const auto [known, is_new] = constants_.try_emplace(key);
  if (is_new) {
    known->second = unused_name("constant");
    add_tensor(graph_, known->second, type, shape, std::move(bytes));
  }
  return {this, known->second};
}

std::string GraphWriter::unused_name(const std::string& wish) {
  std::string name = wish;
  for (int number = 2; !names_.insert(name).second; ++number) name = fmt::format("{}_{}", wish, number);
  return name;
}

}  // namespace margay::onnx
