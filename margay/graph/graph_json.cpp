// The saved form of a graph, written and read with every value checked.
#include "margay/graph/graph_json.h"

#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "margay/core/error.h"

namespace margay::graph {
namespace {

Json attribute_to_json(const Attribute& attribute) {
  return std::visit([](const auto& value) { return Json(value); }, attribute);
}

Attribute attribute_from_json(const Json& json, std::string_view key, std::string_view where) {
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_integer()) return json_as<int64_t>(json, fmt::format("'{}'", key), where);
  if (json.is_number_float()) return json.get<double>();
  if (json.is_string()) return json.get<std::string>();
  throw FormatError(where, fmt::format("'{}' is {}, but an attribute is a number, a text or true or false",
                                       key, json.type_name()));
}

int index_from_json(const Json& json, std::string_view what, std::string_view where) {
  const int index = json_as<int>(json, what, where);
  if (index < 0) throw FormatError(where, fmt::format("{} {} is out of range", what, index));
  return index;
}

const Json& member(const Json& json, std::string_view key, Json::value_t type, std::string_view where) {
  const auto found = json.is_object() ? json.find(std::string(key)) : json.end();
  if (!json.is_object() || found == json.end())
    throw FormatError(where, fmt::format("the network has no '{}'", key));
  if (found->type() != type)
    throw FormatError(where, fmt::format("the network's '{}' must be an {}, it is {}", key,
                                         Json(type).type_name(), found->type_name()));
  return *found;
}

Shape shape_from_json(const Json& json, std::string_view where) {
  Shape shape;
  for (const Json& extent : member(json, "input", Json::value_t::array, where))
    shape.push_back(json_as<int64_t>(extent, "an extent of the input", where));
  return shape;
}

void add_node(Graph& graph, const Json& json, std::string_view where) {
  std::vector<int> inputs;
  for (const Json& input : member(json, "inputs", Json::value_t::array, where))
    inputs.push_back(index_from_json(input, "input", where));
  std::map<std::string, Attribute> attributes;
  for (const auto& [key, value] : member(json, "attributes", Json::value_t::object, where).items())
    attributes.emplace(key, attribute_from_json(value, key, where));
  graph.add(json_value<std::string>(json, "name", where), json_value<std::string>(json, "op", where),
            std::move(inputs), std::move(attributes));
}

}  // namespace

Json to_json(const Graph& graph) {
  Json nodes = Json::array();
  for (size_t i = 1; i < graph.nodes().size(); ++i) {
    const Node& node = graph.nodes()[i];
    Json attributes = Json::object();
    for (const auto& [key, value] : node.attributes) attributes[key] = attribute_to_json(value);
    nodes.push_back(
        {{"name", node.name}, {"op", node.op}, {"inputs", node.inputs}, {"attributes", attributes}});
  }
  Json taps = Json::object();
  for (const auto& [name, node] : graph.taps()) taps[name] = node;
  return {{"input", graph.input_shape()}, {"nodes", nodes}, {"taps", taps}};
}

Graph graph_from_json(const Json& json, std::string_view where) {
  try {
    Graph graph(shape_from_json(json, where));
    for (const Json& node : member(json, "nodes", Json::value_t::array, where)) add_node(graph, node, where);
    for (const auto& [name, node] : member(json, "taps", Json::value_t::object, where).items())
      graph.tap(name, index_from_json(node, "tap", where));
    return graph;
  } catch (const ModelError& error) {
    throw ModelError(where, reason_of(error));
  }
}

}  // namespace margay::graph
