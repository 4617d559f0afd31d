// margay summary: the layers of a network, of a recipe or of a model.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>

#include "apps/margay/command.h"
#include "margay/core/error.h"
#include "margay/graph/summary.h"
#include "margay/model/model.h"
#include "margay/recipe/recipe.h"

namespace margay::app {
namespace {

namespace fs = std::filesystem;

struct SummaryOptions {
  std::string source;
  int classes = 2;
  bool json = false;
};

/// A path with .safetensors or to a folder is a model; a name or a TOML file is a recipe.
bool names_model(const fs::path& source) {
  std::error_code ignored;
  return fs::is_directory(source, ignored) || source.extension() == ".safetensors";
}

graph::Graph load_network(const SummaryOptions& options) {
  if (names_model(options.source)) return model::load_model(model::find_model_file(options.source)).graph;
  return recipe::build_network(recipe::load_recipe(options.source), options.classes);
}

void summarize(const SummaryOptions& options) {
  const graph::Summary summary = graph::summarize(load_network(options));
  if (options.json)
    fmt::print("{}\n", summary.to_json().dump(2));
  else
    fmt::print("{}", graph::format_summary(summary));
}

}  // namespace

void add_summary(CLI::App& command, Outcome&) {
  auto options = std::make_shared<SummaryOptions>();
  command
      .add_option("NETWORK", options->source,
                  "recipe, recipe file (.toml), run directory or model file (.safetensors)")
      ->required();
  command
      .add_option("--classes", options->classes, "classes to tell apart, for recipes; a model has its own")
      ->check(CLI::Range(2, 1'000'000))
      ->capture_default_str();
  command.add_flag("--json", options->json, "print one JSON document instead of a table");
  command.footer(
      "Examples:\n  margay summary article\n  margay summary my.toml --classes 10\n  margay summary "
      "runs/article\n"
      "FLOPs are the multiply-adds of convolutions and dense layers, two each, of one picture's forward "
      "pass.");
  command.callback([options] { summarize(*options); });
}

}  // namespace margay::app
