// Documents as TOML. toml++ writes 0.29999999999999999 for 0.3; here numbers are as short as they read back.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "margay/recipe/recipe.h"

namespace margay::recipe {
namespace {

/// As JSON has it, but for a control character that TOML wants escaped too. What is not UTF-8 is replaced.
std::string text_of(const std::string& value) {
  std::string text;
  for (const char letter : format_json(value))
    if (letter == '\x7f')
      text += "\\u007F";
    else
      text += letter;
  return text;
}

std::string key_of(const std::string& key) {
  const bool is_bare = !key.empty() && std::ranges::all_of(key, [](char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_' || letter == '-';
  });
  return is_bare ? key : text_of(key);
}

/// The shortest text that reads back as the same number, and as one that need not be whole.
std::string number_of(double value) {
  const std::string text = fmt::format("{}", value);
  return text.find_first_of(".en") == text.npos ? text + ".0" : text;
}

std::string value_of(const Json& value);

std::string list_of(const Json& list) {
  constexpr size_t kMaxLine = 100;
  std::vector<std::string> items;
  size_t width = 0;
  for (const Json& item : list) {
    items.push_back(value_of(item));
    width += items.back().size() + 2;
  }
  if (width <= kMaxLine) return fmt::format("[{}]", fmt::join(items, ", "));
  return fmt::format("[\n  {},\n]", fmt::join(items, ",\n  "));
}

std::string inline_table_of(const Json& object) {
  std::vector<std::string> items;
  for (const auto& [key, value] : object.items())
    items.push_back(fmt::format("{} = {}", key_of(key), value_of(value)));
  return items.empty() ? "{}" : fmt::format("{{ {} }}", fmt::join(items, ", "));
}

std::string value_of(const Json& value) {
  if (value.is_object()) return inline_table_of(value);
  if (value.is_array()) return list_of(value);
  if (value.is_number_float()) return number_of(value.get<double>());
  if (value.is_string()) return text_of(value.get<std::string>());
  return value.dump();  // whole numbers, true and false
}

}  // namespace

std::string format_toml(const Json& document) {
  std::string values, tables;
  for (const auto& [key, value] : document.items()) {
    if (!value.is_object()) {
      values += fmt::format("{} = {}\n", key_of(key), value_of(value));
      continue;
    }
    tables += fmt::format("\n[{}]\n", key_of(key));
    for (const auto& [inner, setting] : value.items())
      tables += fmt::format("{} = {}\n", key_of(inner), value_of(setting));
  }
  return values + tables;
}

}  // namespace margay::recipe
