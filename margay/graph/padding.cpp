// Cells of padding from kernel, stride and dilation.
#include "margay/graph/padding.h"

#include <algorithm>

#include "margay/core/error.h"
#include "margay/graph/attributes.h"
#include "margay/graph/compound_layers.h"
#include "margay/graph/operator.h"
#include "margay/graph/operators/avg_pool2d.h"

namespace margay::graph {
namespace {

using Attributes = std::map<std::string, Attribute>;

/// Null where it is none, or none that there is.
const Operator* find_single(std::string_view layer) {
  const auto row = std::ranges::find(operators(), layer, &Operator::name);
  return row == operators().end() ? nullptr : &*row;
}

bool takes_padding(std::string_view layer) {
  const auto has = [](std::span<const AttributeSpec> specs) {
    return std::ranges::find(specs, "padding", &AttributeSpec::name) != specs.end();
  };
  if (const CompoundLayer* compound = find_compound_layer(layer)) return has(compound->attributes);
  const Operator* row = find_single(layer);
  return row != nullptr && has(row->attributes);
}

int64_t whole(const Attributes& attributes, const char* key, int64_t otherwise) {
  const auto found = attributes.find(key);
  const int64_t* value = found == attributes.end() ? nullptr : std::get_if<int64_t>(&found->second);
  return value == nullptr ? otherwise : *value;
}

/// None where kernel or dilation cannot be: the layer itself says so.
int64_t same_padding(const Attributes& attributes) {
  const int64_t kernel = whole(attributes, "kernel", 0), dilation = whole(attributes, "dilation", 1);
  if (std::min(kernel, dilation) < 1 || std::max(kernel, dilation) > kMaxInteger) return 0;
  require<ModelError>(kernel % 2 == 1, "graph",
                      fmt::format("padding \"same\" needs an odd kernel, not kernel {}", kernel),
                      "give the padding as a number of cells");
  return kernel / 2 * dilation;
}

void resolve_same_pool(std::string_view op, Attributes& attributes) {
  if (op == AvgPool2d::kOp) attributes.emplace("count_include_pad", false);
  const int64_t kernel = whole(attributes, "kernel", 0), stride = whole(attributes, "stride", 0);
  const bool overlaps = stride != 0 && stride != kernel;  // 0 stands for the kernel
  const bool is_even = kernel % 2 == 0 && !overlaps;
  if (is_even) attributes["ceil_mode"] = true;
  attributes["padding"] = is_even ? 0 : same_padding(attributes);
}

}  // namespace

void resolve_padding(std::string_view layer, Attributes& attributes) {
  const auto padding = attributes.find("padding");
  if (padding == attributes.end() || !std::holds_alternative<std::string>(padding->second)) return;
  if (!takes_padding(layer)) return;
  const std::string text = std::get<std::string>(padding->second);
  require<ModelError>(text == "same" || text == "valid", "graph", fmt::format("padding is \"{}\"", text),
                      "give \"same\", \"valid\" or a number of cells");
  const Operator* row = find_single(layer);
  if (text == "valid")
    padding->second = int64_t{0};
  else if (row != nullptr && row->is_pooling)
    resolve_same_pool(layer, attributes);
  else
    padding->second = same_padding(attributes);
}

}  // namespace margay::graph
