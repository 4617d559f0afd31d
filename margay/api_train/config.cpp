// What options and recipes have in common goes field by field, all else as settings.
#include "margay/api_train/config.h"

#include <array>
#include <string_view>
#include <utility>

#include "margay/core/json.h"
#include "margay/recipe/recipe.h"
#include "margay/recipe/use_network.h"

namespace margay {
namespace {

/// Everything but the network.
recipe::Config config_of(const TrainingOptions& options) {
  recipe::Config config;
  config.input = options.preprocess;
  config.augment = options.augmentation;
  config.optimizer = options.optimizer;
  config.schedule = options.schedule;
  config.loss = options.loss;
  config.network.initializer = graph::initializer_from_name(options.initializer);
  recipe::TrainingConfig& training = config.training;
  training.epochs = options.epochs;
  training.batch_size = options.batch_size;
  training.seed = options.seed;
  training.balance = options.balance;
  training.keep = options.keep;
  training.patience = options.patience;
  training.device = options.device;
  training.precision = options.precision;
  training.threads = options.threads;
  training.deterministic = options.deterministic;
  return config;
}

/// Whether a table says nothing that options could keep: the network is given beside them.
bool is_left_out(std::string_view table) {
  constexpr std::array kTables{"description", "network", "source", "budget", "recorded_length", "head"};
  for (const std::string_view name : kTables)
    if (table == name) return true;
  return false;
}

/// As settings, the values of `wanted` that are others in `known`.
std::vector<std::string> differences(const Json& wanted, const Json& known) {
  std::vector<std::string> settings;
  for (const auto& [table, values] : wanted.items()) {
    if (is_left_out(table) || !values.is_object()) continue;
    for (const auto& [key, value] : values.items())
      if (!known.contains(table) || known[table].value(key, Json()) != value)
        settings.push_back(fmt::format("{}.{}={}", table, key, value.dump()));
  }
  return settings;
}

}  // namespace

recipe::Config config_of(const graph::Graph& network, const TrainingOptions& options) {
  recipe::Config config = config_of(options);
  recipe::use_network(config, network);
  Json document = config.to_document();
  for (const std::string& setting : options.settings) recipe::set_value(document, setting);
  config = recipe::Config::from_document(document, "TrainingOptions");
  config.network.weights = options.weights;
  return config;
}

TrainingOptions recipe_options(const std::string& name_or_path) {
  const recipe::Config config = recipe::load_recipe(name_or_path);
  const recipe::TrainingConfig& training = config.training;
  TrainingOptions options{.epochs = training.epochs,
                          .batch_size = training.batch_size,
                          .seed = training.seed,
                          .optimizer = config.optimizer,
                          .schedule = config.schedule,
                          .loss = config.loss,
                          .augmentation = config.augment,
                          .preprocess = config.input,
                          .balance = training.balance,
                          .keep = training.keep,
                          .patience = training.patience,
                          .initializer = std::string(graph::name_of(config.network.initializer)),
                          .device = training.device,
                          .precision = training.precision,
                          .threads = training.threads,
                          .deterministic = training.deterministic};
  options.settings = differences(config.to_document(), config_of(options).to_document());
  return options;
}

graph::Graph recipe_network(const std::string& name_or_path, int classes) {
  return recipe::build_network(recipe::load_recipe(name_or_path), classes);
}

}  // namespace margay
