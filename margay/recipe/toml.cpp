// TOML through toml++: the only file that includes it.
#include <toml++/toml.h>

#include <sstream>

#include "margay/recipe/recipe.h"

namespace margay::recipe {
namespace {

Json to_json(const toml::node& node, std::string_view where) {
  if (const toml::table* table = node.as_table()) {
    Json object = Json::object();
    for (const auto& [key, value] : *table) object[std::string(key.str())] = to_json(value, where);
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

toml::table to_table(const Json& object);
toml::array to_array(const Json& list);

/// Hands the value to `insert` as one of the types that TOML has.
template <class Insert>
void with_toml_value(const Json& value, const Insert& insert) {
  if (value.is_object())
    insert(to_table(value));
  else if (value.is_array())
    insert(to_array(value));
  else if (value.is_boolean())
    insert(value.get<bool>());
  else if (value.is_number_integer())
    insert(value.get<int64_t>());
  else if (value.is_number())
    insert(value.get<double>());
  else
    insert(value.get<std::string>());
}

toml::array to_array(const Json& list) {
  toml::array array;
  for (const Json& item : list) with_toml_value(item, [&](auto value) { array.push_back(std::move(value)); });
  return array;
}

toml::table to_table(const Json& object) {
  toml::table table;
  for (const auto& [key, item] : object.items())
    with_toml_value(item, [&, &name = key](auto value) { table.insert(name, std::move(value)); });
  return table;
}

}  // namespace

Json parse_toml(std::string_view text, std::string_view where) {
  try {
    return to_json(toml::parse(text), where);
  } catch (const toml::parse_error& error) {
    throw UsageError(where, fmt::format("line {}, column {}: {}", error.source().begin.line,
                                        error.source().begin.column, error.description()));
  }
}

std::string format_toml(const Json& document) {
  std::ostringstream stream;
  stream << toml::toml_formatter(to_table(document)) << '\n';
  return stream.str();
}

}  // namespace margay::recipe
