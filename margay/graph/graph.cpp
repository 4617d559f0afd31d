// Building a graph node by node, every node checked as it comes.
#include "margay/graph/graph.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>

#include "margay/core/error.h"
#include "margay/graph/operator.h"
#include "margay/graph/operators/checks.h"
#include "margay/graph/operators/input.h"

namespace margay::graph {
namespace {

constexpr size_t kMaxNodes = 10'000;
constexpr size_t kMaxNameLength = 200;
/// Of one tensor. Small enough that the FLOPs of a node fit into 63 bits.
constexpr int64_t kMaxElements = std::numeric_limits<int32_t>::max();

void check_name(std::string_view what, std::string_view name) {
  const auto is_good = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '-';
  };
  require<ModelError>(
      !name.empty() && name.size() <= kMaxNameLength && std::all_of(name.begin(), name.end(), is_good),
      "graph", fmt::format("'{}' is no name for a {}", name, what),
      "names are made of letters, digits, '_', '-' and '.', as in 'features.0'");
}

void check_size(const Node& node, std::string_view what, const Shape& shape) {
  int64_t count = 1;
  for (const int64_t extent : shape)
    if (extent < 1 || __builtin_mul_overflow(count, extent, &count) || count > kMaxElements)
      reject(node, fmt::format("its {} would be {}, which is out of range", what, to_string(shape)));
}

template <class T>
const T& attribute_of(const Node& node, std::string_view key) {
  const auto found = node.attributes.find(std::string(key));
  if (found == node.attributes.end()) reject(node, fmt::format("there is no attribute '{}'", key));
  const T* value = std::get_if<T>(&found->second);
  if (value == nullptr)
    reject(node, fmt::format("{} is {}, not {}", key, type_name(found->second), type_name(Attribute(T{}))));
  return *value;
}

}  // namespace

std::string to_string(const Shape& shape) {
  return fmt::format("{}", fmt::join(shape, " x "));
}

int64_t element_count(const Shape& shape) {
  int64_t count = 1;
  for (const int64_t extent : shape)
    require<ModelError>(!__builtin_mul_overflow(count, extent, &count), "graph",
                        fmt::format("the shape {} is too large", to_string(shape)));
  return count;
}

int64_t Node::integer(std::string_view key) const {
  return attribute_of<int64_t>(*this, key);
}
double Node::number(std::string_view key) const {
  return attribute_of<double>(*this, key);
}
bool Node::flag(std::string_view key) const {
  return attribute_of<bool>(*this, key);
}
const std::string& Node::text(std::string_view key) const {
  return attribute_of<std::string>(*this, key);
}

Graph::Graph(Shape input_shape) {
  Node input{"input", std::string(Input::kOp), {}, {}};
  if (input_shape.size() != 1 && input_shape.size() != 3)
    reject(input, fmt::format("its shape has {} extents", input_shape.size()),
           "channels x height x width, or one number of features");
  check_size(input, "shape", input_shape);
  nodes_.push_back(std::move(input));
  shapes_.push_back(std::move(input_shape));
}

int Graph::add(std::string name, std::string op, std::vector<int> inputs,
               std::map<std::string, Attribute> attributes) {
  require<ModelError>(nodes_.size() < kMaxNodes, "graph",
                      fmt::format("a network has at most {} nodes", kMaxNodes));
  check_name("node", name);
  const Operator& row = find_operator(op);
  Node node{std::move(name), std::move(op), std::move(inputs), std::move(attributes)};
  for (const Node& other : nodes_)
    if (other.name == node.name)
      reject(node, "the name is taken by another node", "names of nodes must differ");
  if (taps_.contains(node.name)) reject(node, "the name is taken by a tap of another node");
  if (static_cast<int>(node.inputs.size()) != row.inputs)
    reject(node, fmt::format("it takes {} inputs, {} are given", row.inputs, node.inputs.size()));
  std::vector<Shape> shapes;
  for (const int input : node.inputs) {
    if (input < 0 || input > output()) reject(node, fmt::format("input {} is no earlier node", input));
    shapes.push_back(shapes_[input]);
  }
  complete_attributes(node, row.attributes);
  Shape shape = row.infer_shape(node, shapes);
  check_size(node, "output", shape);
  for (const ParameterSpec& spec : parameters_of(node, shapes)) check_size(node, spec.name, spec.shape);
  nodes_.push_back(std::move(node));
  shapes_.push_back(std::move(shape));
  return output();
}

void Graph::tap(std::string name, int node) {
  check_name("tap", name);
  require<ModelError>(node >= 0 && node <= output(), "graph",
                      fmt::format("tap '{}' names node {}, which is not there", name, node));
  for (int other = 0; other <= output(); ++other)
    require<ModelError>(other == node || nodes_[static_cast<size_t>(other)].name != name, "graph",
                        fmt::format("the tap '{}' of node '{}' has the name of another node", name,
                                    nodes_[static_cast<size_t>(node)].name),
                        "names of taps and of other nodes must differ");
  require<ModelError>(taps_.emplace(name, node).second, "graph",
                      fmt::format("there are two taps '{}'", name));
}

}  // namespace margay::graph
