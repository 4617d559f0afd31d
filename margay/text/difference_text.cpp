// Shortens values to what differs.
#include "margay/text/difference_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <map>

#include "margay/analysis/short_paths.h"
#include "margay/core/error.h"
#include "margay/core/number_text.h"

namespace margay::text {
namespace {

std::string text_of(const Json& value) {
  if (value.is_null()) return "-";
  if (value.is_string()) return value.get<std::string>().empty() ? "none" : value.get<std::string>();
  if (!value.is_array()) return format_json(value);
  std::vector<std::string> items;
  for (const Json& item : value) items.push_back(text_of(item));
  return fmt::format("{}", fmt::join(items, ", "));
}

/// "dropout rate=0.2"
std::string layer_text(const Json& layer) {
  if (!layer.is_object()) return text_of(layer);
  std::string text = layer.contains("op") ? text_of(layer["op"]) : "layer";
  for (const auto& [name, value] : layer.items())
    if (name != "op") text += fmt::format(" {}={}", name, text_of(value));
  return text;
}

using Counts = std::map<std::string, int64_t>;

Counts count_layers(const Json& layers) {
  Counts counts;
  for (const Json& layer : layers) ++counts[layer_text(layer)];
  return counts;
}

/// Of the layers that not every network has, so many are told; networks of two kinds have few in common.
constexpr size_t kToldLayers = 3;

/// "15 layers: 2 x dropout rate=0.2": how many there are, and which of them are not in every network.
std::vector<std::string> layer_texts(const std::vector<Json>& networks) {
  std::vector<Counts> counts;
  for (const Json& network : networks) counts.push_back(count_layers(network));
  std::vector<std::string> texts;
  for (size_t i = 0; i < networks.size(); ++i) {
    std::vector<std::string> own;
    for (const auto& [layer, count] : counts[i]) {
      int64_t common = count;
      for (const Counts& other : counts)
        common = std::min(common, other.contains(layer) ? other.at(layer) : 0);
      if (count > common)
        own.push_back(count - common == 1 ? layer : fmt::format("{} x {}", count - common, layer));
    }
    if (own.size() > kToldLayers) {
      const auto left = static_cast<int64_t>(own.size() - kToldLayers);
      own.resize(kToldLayers);
      own.push_back(fmt::format("and {}", margay::counted(left, "other kind", "other kinds")));
    }
    const std::string size = margay::counted(static_cast<int64_t>(networks[i].size()), "layer");
    const bool moved = own.empty() && counts[i] == counts[0] && networks[i] != networks[0];
    texts.push_back(networks[i].empty() ? "none"
                    : moved             ? size + " in another order"
                    : own.empty()       ? size
                                        : fmt::format("{}: {}", size, fmt::join(own, ", ")));
  }
  return texts;
}

/// Or nothing, as a published network has no layers.
bool is_list_of_tables(const Json& value) {
  return value.is_null() || (value.is_array() && !value.empty() && value.front().is_object());
}

}  // namespace

std::vector<std::string> texts_of(const analysis::ConfigDifference& difference) {
  const auto& [key, values] = difference;
  if (std::ranges::all_of(values, is_list_of_tables)) return layer_texts(values);
  std::vector<std::string> texts;
  for (const Json& value : values) texts.push_back(text_of(value));
  return key == "source.data" || key == "source.recipe" ? analysis::short_paths(texts) : texts;
}

}  // namespace margay::text
