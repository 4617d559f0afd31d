// Looks at the network, its weights and the options.
#include "apps/margay/recipe_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "apps/margay/output.h"
#include "margay/core/error.h"
#include "margay/core/file_system.h"
#include "margay/core/number_text.h"
#include "margay/graph/zoo/zoo.h"
#include "margay/recipe/recipe.h"
#include "margay/recipe/suited.h"
#include "margay/recipe/unused_keys.h"
#include "margay/run/run_directory.h"
#include "margay/weights/published.h"

namespace margay::app {
namespace {

namespace fs = std::filesystem;
namespace zoo = graph::zoo;

constexpr const char* kScratch = "scratch";
constexpr const char* kDecision = "recipe";  // by which it is found among others

/// Whether options speak of what a head that is fitted at once does not have.
bool wants_steps(const TrainingOptions& options) {
  const std::vector<recipe::UnusedKey> unused = recipe::unused_keys(recipe::load_recipe("transfer"));
  return options.device || options.precision ||
         std::ranges::any_of(given_keys(options), [&](const std::string& key) {
           return key != "budget.seconds" &&
                  std::ranges::find(unused, key, &recipe::UnusedKey::key) != unused.end();
         });
}

/// What trains a network that has weights. A head takes seconds; who has more time gets more for it.
std::string recipe_for_weights(const TrainingOptions& options, RecipeUse use) {
  const bool steps = use == RecipeUse::steps || options.budget_s || wants_steps(options);
  return steps ? "finetune" : "transfer";
}

void note(TrainingOptions& options, const std::string& why, const std::string& otherwise) {
  options.decisions.push_back(
      {kDecision, options.recipe, why + (otherwise.empty() ? "" : "; otherwise: " + otherwise)});
}

/// A head for weights that are on this machine already, else all from nothing.
void choose_without_network(TrainingOptions& options) {
  const std::string transfer = options.budget_s ? "finetune" : "transfer";
  const auto network = recipe::load_recipe(transfer).network.name;
  const auto weights = weights::find_weights(zoo::find_network(network));
  options.recipe = kScratch;
  if (!weights)
    return note(options, fmt::format("weights of {} are not on this machine", network),
                fmt::format("--recipe {} fetches them", transfer));
  if (wants_steps(options)) return note(options, "its options speak of epochs", "--recipe " + transfer);
  options.recipe = transfer;
  note(options, fmt::format("{} is at hand", weights->string()), std::string("--recipe ") + kScratch);
}

/// The run that weights are of, where they are of one.
std::optional<run::RunDirectory> run_of(const fs::path& weights) {
  const run::RunDirectory run{is_folder(weights) ? weights : weights.parent_path()};
  const bool is_model = is_folder(weights) || weights.filename() == run.model().filename();
  return is_model && path_exists(run.config()) ? std::optional(run) : std::nullopt;
}

/// Weights by themselves: those of a run are trained on as they were trained, ImageNet's are of the network
/// that the recipes for weights have.
void choose_for_weights(TrainingOptions& options, RecipeUse use) {
  const std::string& weights = *options.weights;
  weights::require_weights_there(weights);
  if (const auto run = run_of(weights)) {
    options.recipe = run->config().string();
    return note(options, fmt::format("{} was trained by it", run->root.string()), "");
  }
  require(weights == weights::kImageNet, "train",
          fmt::format("--weights {} does not say which network they are for", weights),
          "name it, as in --network resnet18, or a recipe that has it");
  options.recipe = recipe_for_weights(options, use);
  note(options, "it begins with ImageNet's weights", "--network resnet18 and others");
}

bool gives_size(const TrainingOptions& options) {
  return options.changes.size || std::ranges::any_of(given_keys(options), [](const std::string& key) {
           return key == "input.width" || key == "input.height";
         });
}

/// `scratch`, at the size that the network is meant for, or the one that is given.
std::string adapt_scratch(TrainingOptions& options, const zoo::ZooNetwork& network) {
  if (!gives_size(options)) options.changes.size = PictureSize{network.weights.crop, network.weights.crop};
  const std::optional<PictureSize>& size = options.changes.size;
  const image::Preprocess usual = recipe::load_recipe(kScratch).input;
  options.chosen = recipe::changes_of_scratch(network, size.value_or(PictureSize{usual.width, usual.height}));
  std::string words = size ? fmt::format(", for pictures of {} pixels", size->to_text()) : "";
  if (const auto optimizer = options.chosen.find("optimizer"); optimizer != options.chosen.end())
    words += fmt::format(", with AdamW at a rate of {}", format_rate(optimizer->at("lr").get<double>()));
  return words;
}

/// A head is fitted where the network ends with a linear layer; other networks only take steps.
std::string adapt_to_head(TrainingOptions& options, const zoo::ZooNetwork& network) {
  Json changes = recipe::changes_of_finetune(network);
  if (changes.empty()) return {};
  options.recipe = "finetune";
  options.chosen = std::move(changes);
  return ", without a fitted head, which needs a linear layer at the end";
}

void choose_for_network(TrainingOptions& options, RecipeUse use) {
  const zoo::ZooNetwork& network = zoo::find_network(*options.network);
  const bool given = options.weights.has_value();
  if (given || (network.is_published() && weights::find_weights(network))) {
    options.recipe = recipe_for_weights(options, use);
    const std::string words = adapt_to_head(options, network);
    if (!given) options.weights = std::string(weights::kImageNet);
    return note(
        options,
        fmt::format("{} {}{}", network.name, given ? "begins with weights" : "has weights at hand", words),
        fmt::format("--recipe {}", kScratch));
  }
  options.recipe = kScratch;
  const std::string words = adapt_scratch(options, network);
  if (network.is_published())
    return note(options, fmt::format("weights of {} are not on this machine{}", network.name, words),
                "--weights imagenet fetches them");
  note(options, fmt::format("nobody publishes weights of {}{}", network.name, words), "--recipe NAME");
}

}  // namespace

void choose_recipe(TrainingOptions& options, RecipeUse use) {
  if (options.recipe_given || !options.config_file.empty()) return;
  if (options.network) return choose_for_network(options, use);
  if (options.weights) return choose_for_weights(options, use);
  if (use == RecipeUse::training) choose_without_network(options);
}

/// "recipe 'scratch', because no weights are at hand; otherwise: --weights imagenet"
void announce_recipe(const TrainingOptions& options) {
  if (options.is_quiet()) return;
  for (const analysis::Decision& decision : options.decisions)
    if (decision.setting == kDecision)
      print_err("recipe '{}', because {}\n", decision.value, decision.reason);
}

}  // namespace margay::app
