// Reads the tables of layers aloud.
#include "margay/graph/layer_reference.h"

#include <fmt/format.h>

#include <algorithm>

#include "margay/graph/compound_layers.h"
#include "margay/graph/layers.h"
#include "margay/graph/operator.h"
#include "margay/graph/operators/checks.h"

namespace margay::graph {
namespace {

constexpr std::string_view kPreface = R"(# Layers

What can stand in `network.layers` of a [recipe](recipes.md), one table for each layer, in their order:

```toml
[network]
layers = [
  { op = "conv2d", out_channels = 16, kernel = 3, padding = "same" },
  { op = "relu" },
  { op = "max_pool2d", kernel = 2 },
  { op = "flatten" },
  { op = "linear", out_features = "classes" },
]
```

A layer reads the output of the layer before it. Every layer can also have

| key | meaning |
| --- | --- |
| `name` | of its node, and the beginning of its parameters' names; without it layers are counted: `conv1`, `relu1`, `conv2` |
| `inputs` | names of the layers or taps that it reads in place of the one before; `"input"` is the picture |
| `tap` | a name for its output |

Sizes are channels x height x width; a picture has 3 channels and the size of `[input]`. `"classes"` stands for the number of
outputs, one for two classes and else one for each, which the last layer must have: margay applies sigmoid or softmax itself.

`padding = "valid"` is none. With `padding = "same"` n cells become n / stride, rounded up: an odd kernel gets half of it on each side (Keras
has less before and more after a picture when the stride is not 1), and a pool with an even one must not overlap.

This page is what `margay recipe layers --markdown` prints; `margay recipe layers conv2d` shows one of them.
)";

/// "1e-5", where fmt has "1e-05".
std::string number_text(double value) {
  std::string text = fmt::format("{}", value);
  if (const size_t zero = text.find("e-0"); zero != text.npos) text.erase(zero + 2, 1);
  return text;
}

std::string value_text(const Attribute& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* whole = std::get_if<int64_t>(&value)) return fmt::format("{}", *whole);
  if (const auto* real = std::get_if<double>(&value)) return number_text(*real);
  return fmt::format("\"{}\"", std::get<std::string>(value));
}

/// "a whole number, from 1 to 4096"
std::string kind_text(const AttributeSpec& attribute) {
  const std::string limits = to_string(attribute.limits);
  return fmt::format("{}{}{}", type_name(attribute.default_value), limits.empty() ? "" : ", ", limits);
}

std::string indented(std::string_view text) {
  std::string result = "  ";
  for (const char letter : text) {
    result += letter;
    if (letter == '\n') result += "  ";
  }
  return result;
}

std::string as_markdown(const Layer& layer) {
  std::string text = fmt::format("\n## {}\n\n{}.\n", layer.name, layer.words.summary);
  if (!layer.attributes.empty()) text += "\n| key | value | default | meaning |\n| --- | --- | --- | --- |\n";
  for (const AttributeSpec& attribute : layer.attributes) {
    const std::string value = default_text(attribute);
    text += fmt::format("| `{}` | {} | {} | {} |\n", attribute.name, kind_text(attribute),
                        value.empty() ? "to be given" : fmt::format("`{}`", value), attribute.meaning);
  }
  return text + fmt::format("\n```toml\n{}\n```\n", layer.words.example);
}

}  // namespace

std::vector<Layer> layers() {
  std::vector<Layer> all;
  for (const Operator& row : operators())
    if (row.inputs > 0) all.push_back({row.name, row.words, row.attributes});
  for (const CompoundLayer& row : compound_layers()) all.push_back({row.name, row.words, row.attributes});
  return all;
}

std::string default_text(const AttributeSpec& attribute) {
  if (attribute.required) return {};
  return attribute.default_from.empty() ? value_text(attribute.default_value)
                                        : std::string(attribute.default_from);
}

std::string format_layer(std::string_view name) {
  const std::vector<Layer> all = layers();
  const auto found = std::ranges::find(all, name, &Layer::name);
  if (found == all.end()) {
    refuse_as_layer(name, "graph");
    find_operator(name);  // which says what there is
  }
  std::string text = fmt::format("{}: {}\n", found->name, found->words.summary);
  for (const AttributeSpec& attribute : found->attributes) {
    const std::string value = default_text(attribute);
    text += fmt::format("  {:<18}{} ({})\n", attribute.name, attribute.meaning,
                        value.empty() ? "has to be given" : "default: " + value);
  }
  return text + fmt::format("example:\n{}\n", indented(found->words.example));
}

std::string format_layers() {
  std::string text;
  for (const Layer& layer : layers()) text += fmt::format("{:<20}{}\n", layer.name, layer.words.summary);
  return text;
}

std::string format_layers_as_markdown() {
  std::string text(kPreface);
  for (const Layer& layer : layers()) text += as_markdown(layer);
  return text;
}

}  // namespace margay::graph
