// Lays documents side by side, key by key.
#include "margay/analysis/config_differences.h"

#include <algorithm>
#include <functional>
#include <map>

#include "margay/core/error.h"

namespace margay::analysis {
namespace {

using Values = std::map<std::string, std::vector<Json>>;  // key -> value in each document

void collect(const Json& table, const std::string& prefix, size_t index, size_t count, Values& values) {
  for (const auto& [name, value] : table.items()) {
    if (value.is_object()) {
      collect(value, prefix + name + ".", index, count, values);
      continue;
    }
    auto& row = values[prefix + name];
    row.resize(count);
    row[index] = value;
  }
}

}  // namespace

std::vector<ConfigDifference> config_differences(std::span<const Json> configs) {
  Values values;
  for (size_t i = 0; i < configs.size(); ++i) collect(configs[i], "", i, configs.size(), values);
  values.erase("description");
  std::erase_if(values,
                [](const auto& row) { return row.first.starts_with("recorded_length."); });  // of a clock
  std::vector<ConfigDifference> differences;
  for (const auto& [key, row] : values)
    if (std::adjacent_find(row.begin(), row.end(), std::not_equal_to<>()) != row.end())
      differences.push_back({key, row});
  return differences;
}

}  // namespace margay::analysis
