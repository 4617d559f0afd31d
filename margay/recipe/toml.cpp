// Reads TOML through toml++: the only file that includes it.
#include <toml++/toml.h>

#include "margay/recipe/recipe.h"
#include "margay/recipe/toml_depth.h"

namespace margay::recipe {
namespace {

Json to_json(const toml::node& node, std::string_view where) {
  if (const toml::table* table = node.as_table()) {
    Json object = Json::object();
    for (const auto& [key, value] : *table)
      append_member(object, std::string(key.str()), to_json(value, where));
    return object;
  }
  if (const toml::array* array = node.as_array()) {
    Json list = Json::array();
    for (const toml::node& value : *array) list.push_back(to_json(value, where));
    return list;
  }
  if (const auto* value = node.as_string()) return value->get();
  if (const auto* value = node.as_integer()) return value->get();
  if (const auto* value = node.as_floating_point()) return value->get();
  if (const auto* value = node.as_boolean()) return value->get();
  throw UsageError(where,
                   fmt::format("line {}: dates and times mean nothing here", node.source().begin.line));
}

}  // namespace

Json parse_toml(std::string_view text, std::string_view where) {
  require_shallow_toml(text, where);
  try {
    return to_json(toml::parse(text), where);
  } catch (const toml::parse_error& error) {
    throw UsageError(where, fmt::format("line {}, column {}: {}", error.source().begin.line,
                                        error.source().begin.column, error.description()));
  }
}

}  // namespace margay::recipe
