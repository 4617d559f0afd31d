// Finding recipes and laying changes over them.
#include "margay/recipe/recipe.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <vector>

#include "margay/core/atomic_file.h"
#include "margay/core/file_kind.h"
#include "margay/core/option_text.h"
#include "margay/core/shell_word.h"
#include "margay/core/unicode.h"
#include "margay/core/utf8.h"
#include "margay/graph/zoo/zoo.h"

namespace margay::recipe {
namespace fs = std::filesystem;
namespace {

constexpr uint64_t kMaxRecipeBytes = 1 << 20;
constexpr int kMaxKeyParts = 16;

bool looks_like_path(std::string_view text) {
  return text.ends_with(".toml") || text.find('/') != text.npos;
}

std::string expected_file() {
  return "a recipe is text in TOML, such as `recipe_show=article` prints"_worded;
}

/// A folder, or a file of another kind, is called what it is instead of by what its bytes would mean in TOML.
void refuse_other_kinds(const fs::path& path) {
  std::error_code unreadable;
  if (fs::is_directory(path, unreadable)) {
    const fs::path config = path / "config.toml";
    throw UsageError(path.string(), "it is a folder, not a recipe",
                     fs::exists(config, unreadable) ? fmt::format("did you mean {}, the recipe of that run?",
                                                                  shell_word(config.string()))
                                                    : expected_file());
  }
  const KnownFile known = known_file(path);
  const bool may_be_toml = known.kind == FileKind::unknown || known.kind == FileKind::recipe;
  require(may_be_toml, path.string(), fmt::format("it is {}, not a recipe", known.name), expected_file());
}

std::string read_recipe(const fs::path& path) {
  refuse_other_kinds(path);
  std::string text = read_text_file(path, kMaxRecipeBytes);
  require(is_utf8(text) && text.find('\0') == text.npos, path.string(),
          "it is no text in UTF-8, so no recipe", expected_file());
  return text;
}

[[noreturn]] void throw_unknown(std::string_view name) {
  std::error_code unreadable;
  if (fs::exists(name, unreadable)) refuse_other_kinds(name);
  std::vector<std::string_view> names;
  for (const EmbeddedRecipe& recipe : embedded_recipes()) names.push_back(recipe.name);
  const auto networks = graph::zoo::network_names();
  const bool is_network = std::ranges::find(networks, name) != networks.end();
  throw UsageError("recipe", fmt::format("there is no recipe '{}'", name),
                   is_network ? "it is a network: " + option_text("network", name)
                              : hint_for_name(name, names,
                                              fmt::format("known are {}; a file of your own ends in .toml",
                                                          fmt::join(names, ", "))));
}

}  // namespace

Json load_document(std::string_view name_or_path) {
  for (const EmbeddedRecipe& recipe : embedded_recipes())
    if (recipe.name == name_or_path) return parse_toml(recipe.text, recipe.name);
  if (!looks_like_path(name_or_path)) throw_unknown(name_or_path);
  const fs::path path(name_or_path);
  return parse_toml(read_recipe(path), path.string());
}

void merge_document(Json& document, const Json& changes) {
  for (const auto& [key, value] : changes.items()) {
    if (value.is_object() && document.contains(key) && document[key].is_object())
      merge_document(document[key], value);
    else
      document[key] = value;
  }
}

/// TOML where it is TOML, so that numbers are numbers, and else text that needs no quotes.
Json parse_value(std::string_view text) {
  try {
    return parse_toml(fmt::format("value = {}", text), "set").at("value");
  } catch (const UsageError&) {
    return std::string(text);
  }
}

void set_value(Json& document, std::string_view assignment) {
  const size_t equals = assignment.find('=');
  require(equals != assignment.npos && equals > 0, "set", fmt::format("'{}' is not a setting", assignment),
          "write it as table.key=value, such as optimizer.lr=3e-4");
  set_value(document, assignment.substr(0, equals), parse_value(assignment.substr(equals + 1)));
}

void set_value(Json& document, std::string_view key, const Json& value) {
  require(std::ranges::count(key, '.') < kMaxKeyParts, "set",
          fmt::format("'{}' has more than {} parts", shortened(key, 60), kMaxKeyParts));
  Json* place = &document;
  std::string_view path = key;
  for (size_t dot = path.find('.'); dot != path.npos; dot = path.find('.')) {
    place = &(*place)[std::string(path.substr(0, dot))];
    require(place->is_object() || place->is_null(), "set",
            fmt::format("'{}' goes through a value that is no table", shortened(key, 60)));
    path.remove_prefix(dot + 1);
  }
  (*place)[std::string(path)] = value;
}

Config load_recipe(std::string_view name_or_path) {
  Config config = Config::from_document(load_document(name_or_path), name_or_path);
  config.source.recipe = std::string(name_or_path);
  return config;
}

}  // namespace margay::recipe
