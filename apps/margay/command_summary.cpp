// margay summary: the layers of a network, of a recipe or of a model.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apps/margay/command.h"
#include "apps/margay/number_options.h"
#include "apps/margay/output.h"
#include "margay/core/error.h"
#include "margay/core/file_kind.h"
#include "margay/graph/summary.h"
#include "margay/graph/zoo/zoo.h"
#include "margay/model/model.h"
#include "margay/recipe/recipe.h"

namespace margay::app {
namespace {

namespace fs = std::filesystem;

struct SummaryOptions {
  std::string source;
  std::optional<std::string> network;
  std::optional<int> classes;
  bool json = false;
};

/// A model file, however it is called, and a path with .safetensors or to a folder are models; a name or a
/// TOML file is a recipe.
bool names_model(const fs::path& source) {
  std::error_code ignored;
  return fs::is_directory(source, ignored) || source.extension() == ".safetensors" ||
         known_file(source).kind == FileKind::model;
}

bool names_network(std::string_view source) {
  return std::ranges::count(graph::zoo::network_names(), source) > 0;
}

/// A name that is neither, with the nearest that is one.
[[noreturn]] void throw_unknown(const std::string& name) {
  std::vector<std::string_view> names;
  for (const recipe::EmbeddedRecipe& embedded : recipe::embedded_recipes()) names.push_back(embedded.name);
  for (const std::string_view network : graph::zoo::network_names()) names.push_back(network);
  throw UsageError("summary", fmt::format("there is no recipe and no network '{}'", name),
                   hint_for_name(name, names, "'margay recipe list' and 'margay models' name them"));
}

/// A file that says nothing of layers is called what it is.
void refuse_other_kinds(const std::string& source) {
  const KnownFile known = known_file(source);
  if (known.kind == FileKind::unknown || known.kind == FileKind::recipe || known.kind == FileKind::model)
    return;
  throw UsageError(
      "summary", fmt::format("{} is {}, which says nothing of a network's layers", source, known.name),
      known.kind == FileKind::foreign_model
          ? "name the network that it is for, such as resnet18; 'margay models' lists those that there are"
          : "expected a recipe, a network of 'margay models', a run directory or a model file");
}

bool is_recipe(const fs::path& source) {
  return source.extension() == ".toml" || source.has_parent_path() ||
         std::ranges::any_of(recipe::embedded_recipes(),
                             [&](const recipe::EmbeddedRecipe& embedded) { return embedded.name == source; });
}

/// As published, or with as many outputs as the classes need.
graph::Graph build_named(const graph::zoo::ZooNetwork& network, const std::optional<int>& classes) {
  const int size = network.weights.crop;
  return network.build({size, size, classes ? recipe::outputs_for(*classes) : 1000});
}

graph::Graph load_network(const SummaryOptions& options) {
  require(!options.source.empty() || options.network, "summary", "no network is named",
          "margay summary article, or margay summary resnet18");
  if (options.source.empty()) return build_named(graph::zoo::find_network(*options.network), options.classes);
  if (names_model(options.source)) {
    require(!options.network, "summary",
            "--network changes the network of a recipe, and a model has its own");
    require(!options.classes, "summary", "--classes is for a network without any, and a model has its own",
            "leave it out");
    return model::load_model(model::find_model_file(options.source)).graph;
  }
  if (names_network(options.source) && !options.network)
    return build_named(graph::zoo::find_network(options.source), options.classes);
  refuse_other_kinds(options.source);
  if (!is_recipe(options.source)) throw_unknown(options.source);
  Json document = recipe::load_document(options.source);
  if (options.network) document["network"] = {{"name", *options.network}};
  return recipe::build_network(recipe::Config::from_document(document, options.source),
                               options.classes.value_or(2));
}

void summarize(const SummaryOptions& options) {
  const graph::Summary summary = graph::summarize(load_network(options));
  if (options.json)
    print_out("{}\n", summary.to_json().dump(2));
  else
    print_out("{}", graph::format_summary(summary));
}

}  // namespace

void add_summary(CLI::App& command, Outcome&) {
  auto options = std::make_shared<SummaryOptions>();
  command.add_option("NETWORK", options->source,
                     "recipe, recipe file (.toml), network ('margay models'), run directory or model file "
                     "(.safetensors)");
  command.add_option(
      "--network", options->network,
      "a network of 'margay models' in place of the recipe's, with pictures of the recipe's size");
  command
      .add_option("--classes", options->classes,
                  "classes to tell apart; a model has its own (default: 2, of 'margay models' 1000)")
      ->check(whole_number("--classes", 2, 1'000'000));
  command.add_flag("--json", options->json, "print one JSON document instead of a table");
  command.footer(
      "Examples:\n  margay summary article\n  margay summary my.toml --classes 10\n  margay summary "
      "runs/article\n  margay summary resnet18\n  margay summary article --network resnet18\n"
      "FLOPs are the multiply-adds of convolutions and dense layers, two each, of one picture's forward "
      "pass.");
  command.callback([options] { summarize(*options); });
}

}  // namespace margay::app
