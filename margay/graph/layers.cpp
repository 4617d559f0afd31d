// Lists of layers to graphs.
#include "margay/graph/layers.h"

#include <array>

#include "margay/core/error.h"
#include "margay/core/lower_case.h"
#include "margay/graph/builder.h"
#include "margay/graph/logits.h"

namespace margay::graph {
namespace {

constexpr std::string_view kOutputsWord = "classes";

std::string text_of(const Json& value, std::string_view key, std::string_view where) {
  return json_as<std::string>(value, fmt::format("'{}'", key), where);
}

/// Another spelling of the word, or a number in quotes.
std::string hint_for_outputs(const std::string& text) {
  const bool is_number = !text.empty() && text.find_first_not_of("0123456789") == text.npos;
  if (is_number) return fmt::format("write it without quotes: {}", text);
  return hint_for_name(lower_case(text), std::array{kOutputsWord}, "");
}

Attribute attribute_of(const Json& value, std::string_view key, int64_t outputs, std::string_view where) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number_float()) return value.get<double>();
  if (value.is_number_integer()) return json_as<int64_t>(value, fmt::format("'{}'", key), where);
  if (!value.is_string())
    throw FormatError(where, fmt::format("'{}' must be a number, a text, true or false", key));
  const std::string text = value.get<std::string>();
  if (key != "out_features" && key != "out_channels") return text;
  require<ModelError>(
      text == kOutputsWord, where,
      fmt::format("'{}' is \"{}\", expected a whole number, or \"{}\" for as many as there are "
                  "classes",
                  key, text, kOutputsWord),
      hint_for_outputs(text));
  return outputs;
}

std::vector<std::string> inputs_of(const Json& layer, std::string_view where) {
  std::vector<std::string> names;
  const auto found = layer.find("inputs");
  if (found == layer.end()) return names;
  if (!found->is_array() || found->empty())
    throw FormatError(where, "'inputs' must be a list of names of earlier layers");
  for (const Json& name : *found) names.push_back(text_of(name, "inputs", where));
  return names;
}

void add_layer(Builder& builder, const Json& layer, int64_t outputs, std::string_view where) {
  if (!layer.is_object()) throw FormatError(where, "a layer is a table with an 'op'");
  if (!layer.contains("op"))
    throw FormatError(where, "there is no 'op'", "say what the layer does, as in op = \"conv2d\"");
  std::map<std::string, Attribute> attributes;
  for (const auto& [key, value] : layer.items())
    if (key != "op" && key != "name" && key != "inputs" && key != "tap")
      attributes.emplace(key, attribute_of(value, key, outputs, where));
  const std::string op = text_of(layer["op"], "op", where);
  refuse_as_layer(op, where);

  std::vector<std::string> inputs = inputs_of(layer, where);
  if (!inputs.empty()) {
    builder.from(inputs.front());
    inputs.erase(inputs.begin());
  }
  if (layer.contains("name")) builder.name(text_of(layer["name"], "name", where));
  builder.apply_layer(op, std::move(attributes), inputs);
  if (!layer.contains("tap")) return;
  const Json& taps = layer["tap"];
  if (!taps.is_array()) return void(builder.tap(text_of(taps, "tap", where)));
  for (const Json& tap : taps) builder.tap(text_of(tap, "tap", where));
}

Json value_of(const Attribute& attribute) {
  return std::visit([](const auto& value) { return Json(value); }, attribute);
}

}  // namespace

void refuse_as_layer(std::string_view name, std::string_view where) {
  require<ModelError>(name != "input", where, "the input is no layer",
                      "[input] of the recipe says what it is; a layer reads it by inputs = [\"input\"]");
  require<ModelError>(
      name != "softmax" && name != "log_softmax", where,
      fmt::format("{} is no layer here: margay applies it itself to what the last one gives", name),
      "leave it out; the last one is op = \"linear\", out_features = \"classes\"");
}

Graph graph_from_layers(const Shape& input, const Json& layers, int64_t outputs, std::string_view where,
                        Ending ending) {
  if (!layers.is_array() || layers.empty())
    throw FormatError(where, "the network has no layers", "write a [[network.layers]] table for each");
  try {
    Builder builder(input);
    for (size_t i = 0; i < layers.size(); ++i) {
      const std::string place = fmt::format("{}, layer {}", where, i + 1);
      try {
        add_layer(builder, layers[i], outputs, place);
      } catch (const ModelError& error) {
        throw ModelError(place, reason_of(error));
      }
    }
    Graph graph = builder.build();
    if (graph.output_shape() != Shape{outputs})
      throw ModelError(where,
                       fmt::format("the last layer gives {}, but {} must come out",
                                   to_string(graph.output_shape()), outputs),
                       "end with a layer op = \"linear\", out_features = \"classes\"");
    if (ending == Ending::logits) require_logits(graph, where);
    return graph;
  } catch (const ModelError& error) {
    const std::string_view text = error.what();
    if (text.starts_with("[graph]")) throw ModelError(where, reason_of(error));
    throw;
  }
}

Json layers_of(const Graph& graph) {
  Json layers = Json::array();
  for (int i = 1; i <= graph.output(); ++i) {
    const Node& node = graph.nodes()[static_cast<size_t>(i)];
    Json layer{{"op", node.op}, {"name", node.name}, {"inputs", Json::array()}};
    for (const int input : node.inputs)
      layer["inputs"].push_back(graph.nodes()[static_cast<size_t>(input)].name);
    for (const auto& [key, value] : node.attributes) layer[key] = value_of(value);
    layers.push_back(std::move(layer));
  }
  for (const auto& [name, node] : graph.taps()) {
    require<ModelError>(node > 0, "graph",
                        fmt::format("the tap '{}' is of the input, which is no layer", name));
    layers[static_cast<size_t>(node) - 1]["tap"].push_back(name);
  }
  return layers;
}

}  // namespace margay::graph
