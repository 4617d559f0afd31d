// margay recipe list | show | layers: what margay trains by.
#include <fmt/format.h>

#include <memory>
#include <string>

#include "apps/margay/command.h"
#include "apps/margay/output.h"
#include "margay/core/atomic_file.h"
#include "margay/graph/layer_reference.h"
#include "margay/recipe/recipe.h"

namespace margay::app {
namespace {

void list_recipes(bool json) {
  Json list = Json::array();
  for (const recipe::EmbeddedRecipe& embedded : recipe::embedded_recipes()) {
    const std::string description = recipe::load_recipe(embedded.name).description;
    if (json)
      list.push_back({{"name", embedded.name}, {"description", description}});
    else
      print_out("{:<24}{}\n", embedded.name, description);
  }
  if (json) print_out("{}\n", list.dump(2));
}

/// The text as its author wrote it, comments included, so that it can be copied and changed.
void show_recipe(const std::string& name_or_path) {
  recipe::load_recipe(name_or_path);  // says what is wrong with it, where something is
  for (const recipe::EmbeddedRecipe& embedded : recipe::embedded_recipes())
    if (embedded.name == name_or_path) return print_out("{}", embedded.text);
  print_out("{}", read_text_file(name_or_path));
}

void add_layers(CLI::App& command) {
  CLI::App* layers =
      command.add_subcommand("layers", "what can stand in network.layers, with keys and an example");
  auto name = std::make_shared<std::string>();
  auto markdown = std::make_shared<bool>(false);
  layers->add_option("LAYER", *name, "one of them (default: a line for each)");
  layers->add_flag("--markdown", *markdown, "all of them as the page docs/layers.md");
  layers->footer("Examples:\n  margay recipe layers\n  margay recipe layers conv2d");
  layers->callback([name, markdown] {
    print_out("{}", *markdown       ? graph::format_layers_as_markdown()
                    : name->empty() ? graph::format_layers()
                                    : graph::format_layer(*name));
  });
}

}  // namespace

void add_recipe(CLI::App& command, Outcome&) {
  command.require_subcommand(1);
  CLI::App* list = command.add_subcommand("list", "names and descriptions of the recipes");
  auto json = std::make_shared<bool>(false);
  list->add_flag("--json", *json, "as JSON");
  list->callback([json] { list_recipes(*json); });

  CLI::App* show = command.add_subcommand("show", "print a recipe as TOML");
  auto name = std::make_shared<std::string>();
  show->add_option("RECIPE", *name, "name of a recipe, or a .toml file to check")->required();
  show->callback([name] { show_recipe(*name); });
  add_layers(command);
  command.footer("Example: margay recipe show article > mine.toml; margay train DATA --recipe mine.toml");
}

}  // namespace margay::app
