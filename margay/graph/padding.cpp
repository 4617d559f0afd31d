// Cells of padding from kernel, stride and dilation.
#include "margay/graph/padding.h"

#include "margay/core/error.h"
#include "margay/graph/builder.h"

namespace margay::graph {
namespace {

using Attributes = std::map<std::string, Attribute>;

int64_t whole(const Attributes& attributes, const char* key, int64_t otherwise) {
  const auto found = attributes.find(key);
  const int64_t* value = found == attributes.end() ? nullptr : std::get_if<int64_t>(&found->second);
  return value == nullptr ? otherwise : *value;
}

void resolve_same_pool(std::string_view op, Attributes& attributes) {
  if (op == "avg_pool2d") attributes.emplace("count_include_pad", false);
  const int64_t kernel = whole(attributes, "kernel", 0);
  if (kernel % 2 == 0 && whole(attributes, "stride", kernel) == kernel) {
    attributes["padding"] = int64_t{0};
    attributes["ceil_mode"] = true;
    return;
  }
  attributes["padding"] = same_padding(kernel);
}

}  // namespace

void resolve_padding(std::string_view op, Attributes& attributes) {
  const auto padding = attributes.find("padding");
  if (padding == attributes.end() || !std::holds_alternative<std::string>(padding->second)) return;
  const std::string text = std::get<std::string>(padding->second);
  require<ModelError>(text == "same" || text == "valid", "graph", fmt::format("padding is \"{}\"", text),
                      "give \"same\", \"valid\" or a number of cells");
  if (text == "valid")
    padding->second = int64_t{0};
  else if (op.ends_with("pool2d"))
    resolve_same_pool(op, attributes);
  else
    padding->second = same_padding(whole(attributes, "kernel", 0), whole(attributes, "dilation", 1));
}

}  // namespace margay::graph
