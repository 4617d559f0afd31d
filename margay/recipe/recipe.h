// Recipes: TOML files that the binary carries, and users' own.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "margay/recipe/config.h"

namespace margay::recipe {

/// A recipe that the binary carries.
struct EmbeddedRecipe {
  std::string_view name;
  std::string_view text;  ///< TOML
};
std::span<const EmbeddedRecipe> embedded_recipes();

/// TOML as a document. Throws UsageError with line and column.
Json parse_toml(std::string_view text, std::string_view where);
/// A document as TOML that `parse_toml` reads back: values, then tables, each in its order. Numbers are as
/// short as they read back.
std::string format_toml(const Json& document);

/// The document of a recipe by name ("article") or of a TOML file by path. Throws UsageError with the nearest
/// name.
Json load_document(std::string_view name_or_path);

/// Puts the values of `changes` over those of `document`, table by table.
void merge_document(Json& document, const Json& changes);

/// Applies one setting, table.key=value; the value is TOML (3e-4, true, "text") or else plain
/// text.
void set_value(Json& document, std::string_view assignment);
/// The same for a key such as "optimizer.lr" and its value.
void set_value(Json& document, std::string_view key, const Json& value);
/// The value of --set by itself.
Json parse_value(std::string_view text);

/// A checked configuration by name or path.
Config load_recipe(std::string_view name_or_path);

}  // namespace margay::recipe
