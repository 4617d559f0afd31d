// From options to a configuration and to decoded pictures.
#include "apps/margay/training_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "apps/margay/console.h"
#include "apps/margay/number_options.h"
#include "margay/core/cpu.h"
#include "margay/core/file_system.h"
#include "margay/core/number_text.h"
#include "margay/core/shell_word.h"
#include "margay/data/content_split.h"
#include "margay/datasets/get.h"
#include "margay/graph/zoo/zoo.h"
#include "margay/image/preprocess_json.h"
#include "margay/recipe/changed_document.h"
#include "margay/recipe/recipe.h"
#include "margay/recipe/suited.h"
#include "margay/recipe/unused_keys.h"
#include "margay/train/decide.h"
#include "margay/train/step_memory.h"
#include "margay/weights/published.h"
#include "margay/workflow/run_data.h"

namespace margay::app {

void add_recipe_options(CLI::App& command, TrainingOptions& options, SettingOptions settings,
                        const std::string& recipe_names) {
  command.add_option(recipe_names, options.recipe, "name of a recipe ('margay recipe list') or a .toml file")
      ->each([&options](const std::string&) { options.recipe_given = true; })
      ->capture_default_str();
  command.add_option("--network", options.network,
                     "a network by name ('margay models' lists them) in place of the recipe's; without a "
                     "recipe, one is taken that suits it");
  command.add_option("--config", options.config_file, "TOML file whose settings go over the recipe's");
  add_setting_options(command, options.changes, settings);
  command.add_option("--augment", options.augment,
                     "random transforms, such as flip,rotate=45; or none (default: the recipe's)");
  command.add_option("--threads", options.threads, "0 = as many as this process may use (default)")
      ->check(setting_value("--threads", "training.threads"));
  command.add_option("--device", options.device, "auto (default), cpu or cuda")
      ->check(setting_value("--device", "training.device"));
  command
      .add_option(
          "--precision", options.precision,
          "auto (default: bf16 where the processor has it and oneDNN may use it), fp32, or bf16, which on "
          "a CPU needs AVX-512")
      ->check(setting_value("--precision", "training.precision"));
  command
      .add_option("--fuse", options.fuse,
                  "on (default): neighbouring layers are computed as one where that is faster; off: layer by "
                  "layer, which gives the same but for rounding")
      ->check(setting_value("--fuse", "training.fuse"));
  command.add_flag("--quiet", options.quiet, "nothing but the result, on standard output, and warnings");
}

void add_split_seed_option(CLI::App& command, std::optional<uint64_t>& split_seed) {
  command
      .add_option(
          "--split-seed", split_seed,
          "another choice of the pictures that are held back, for repeated hold-out: 0 (default), 1, 2, ...")
      ->check(seed_number("--split-seed"));
}

void add_training_options(CLI::App& command, TrainingOptions& options, SettingOptions settings) {
  add_data_options(command, options.data);
  command
      .add_option(
          "--validation", options.validation,
          "share of each class that is held back to check with, where DATA has no validation split: 0.2 by "
          "default where it is not split at all. Chosen by content, so that pictures keep their side; "
          "RUN/manifest.csv says which, and is DATA to other runs")
      ->check(real_number("--validation", 0, 0.99));
  add_split_seed_option(command, options.split_seed);
  command.add_flag("--allow-broken", options.allow_broken,
                   "train although more than a tenth of the pictures are missing or broken");
  add_recipe_options(command, options, settings);
  command.add_option(
      "--weights", options.weights,
      "what the network begins with: imagenet, which gets the published file once, from MARGAY_MIRROR or its "
      "address; a .pth or .safetensors file; or a run directory. Pictures are prepared as they ask for, and "
      "a head for other classes starts anew");
  command.add_option("--epochs", options.epochs, "how often every picture is seen (default: the recipe's)")
      ->check(setting_value("--epochs", "training.epochs"));
  command.add_option("--seed", options.seed, "of all that is random (default: the recipe's)")
      ->check(setting_value("--seed", "training.seed"));
  command
      .add_option("--keep", options.keep,
                  "last, best (by validation) or ema (averaged over the steps): the weights that become "
                  "the model (default: the recipe's)")
      ->check(setting_value("--keep", "training.keep"));
  command
      .add_option(
          "--patience", options.patience,
          "end after so many epochs without a lower validation loss; 0 = never (default: the recipe's)")
      ->check(setting_value("--patience", "training.patience"));
  command
      .add_option(
          "--balance", options.balance,
          "classes of unequal size: weights (rare ones count more), sample (all are shown equally often), "
          "auto (weights from 2:1 on, the default) or none")
      ->check(setting_value("--balance", "training.balance"));
  command
      .add_option("--cache", options.cache_bytes,
                  "memory for decoded pictures, such as 1GB (default: four fifths of what is free); what is "
                  "more goes "
                  "into files in the cache folder, which the next training uses again")
      ->transform(size_in_bytes("--cache"));
  command.add_flag(
      "--deterministic", options.deterministic,
      "the same weights for any --threads: the network computes on one thread, which costs speed");
}

namespace {

/// What makes no sense is refused before anything is fetched for it.
recipe::Config checked(const Json& document, const TrainingOptions& options) {
  recipe::Config config = recipe::read_changed(document, options.recipe, given_keys(options));
  const std::vector<std::string> given = given_keys(options);  // nothing twice, whatever is done with it
  if (options.uses_method) recipe::require_used(config, given, "command line");
  return config;
}

/// A run's config.toml has everything decided, also what a recipe leaves to weights and to the clock.
bool is_of_run(const Json& recipe) {
  return recipe.contains("source");
}

/// Whether the command line or the document of --config says how long the training is.
bool says_length(const TrainingOptions& options, const Json& config_file) {
  const std::vector<std::string> keys = recipe::keys_of(config_file);
  return options.epochs || options.budget_s ||
         std::ranges::any_of(std::array{"training.epochs", "budget.seconds"}, [&](const char* key) {
           return options.changes.has(key) || std::ranges::find(keys, key) != keys.end();
         });
}

/// What its own machine, time and data were belongs to the run that the recipe comes from. The recorded
/// length is that of its epochs.
void forget_run(Json& document, const TrainingOptions& options, const Json& config_file) {
  document.erase("source");
  if (document.contains("budget")) document["budget"].erase("seconds");
  if (says_length(options, config_file)) document.erase("recorded_length");
  // What was decided for steps need not suit a head.
  if (!options.changes.has("training.method")) return;
  for (const char* key : {"device", "precision"}) document["training"].erase(key);
}

/// Whether the weights are those that the recipe came with.
bool names_other_weights(const TrainingOptions& options) {
  return options.network || options.weights ||
         std::ranges::any_of(options.changes.settings,
                             [](const std::string& setting) { return setting.starts_with("network."); });
}

/// Some networks have parameters for each part of a picture: their weights are for pictures of one size.
void require_size_of_weights(const recipe::NetworkConfig& network, const TrainingOptions& options) {
  if (!options.changes.size || network.name.empty()) return;
  const graph::zoo::ZooNetwork& known = graph::zoo::find_network(network.name);
  const int side = known.weights.crop;
  const PictureSize& size = *options.changes.size;
  require(graph::zoo::takes_any_size(known) || (size.width == side && size.height == side), "train",
          fmt::format("--size {}: weights of {} are for pictures of {} pixels", size.to_text(), network.name,
                      side),
          "leave out --size, or train it from the start with --recipe scratch");
}

/// Pictures are prepared as the weights ask for, unless a setting or the run that is repeated says otherwise.
void follow_weights(Json& document, const TrainingOptions& options, bool of_run) {
  const recipe::NetworkConfig network = checked(document, options).network;
  if (network.weights.empty()) return;
  require_size_of_weights(network, options);
  const std::filesystem::path file = weights::resolve_weights(
      network.name, network.weights, console_progress(options.is_quiet()), stop_on_signals());
  if (network.weights != weights::kImageNet) document["network"]["weights"] = absolute_path(file).string();
  if (of_run && !names_other_weights(options)) return;
  if (const auto input = weights::preprocess_for(network.name, file, {network.resolution, network.fit}))
    document["input"] = image::to_json(*input);
  options.changes.apply_over_input(document);
}

/// How a network is used stays; the recipe's layers, weights and initial values belong to its own.
void put_network(Json& document, const std::string& name) {
  Json& network = document["network"];
  for (const char* key : {"layers", "weights", "initializer"})
    if (network.is_object()) network.erase(key);
  network["name"] = name;
  if (!document.contains("budget") || !document["budget"].contains("networks")) return;
  // The time may make its pictures smaller, but choose no other network.
  const bool shrinks = graph::zoo::takes_any_size(graph::zoo::find_network(name));
  document["budget"]["networks"] = shrinks ? Json::array({name}) : Json::array();
}

}  // namespace

std::vector<std::string> given_keys(const TrainingOptions& options) {
  const std::pair<bool, const char*> by_option[] = {{options.epochs.has_value(), "training.epochs"},
                                                    {options.threads.has_value(), "training.threads"},
                                                    {options.seed.has_value(), "training.seed"},
                                                    {options.device.has_value(), "training.device"},
                                                    {options.precision.has_value(), "training.precision"},
                                                    {options.fuse.has_value(), "training.fuse"},
                                                    {options.keep.has_value(), "training.keep"},
                                                    {options.balance.has_value(), "training.balance"},
                                                    {options.patience.has_value(), "training.patience"},
                                                    {options.budget_s.has_value(), "budget.seconds"},
                                                    {options.deterministic, "training.deterministic"},
                                                    {options.augment.has_value(), "augment.transforms"},
                                                    {options.network.has_value(), "network.name"}};
  std::vector<std::string> keys = options.changes.keys();
  for (const auto& [given, key] : by_option) {
    if (!given) continue;
    options.changes.require_without(key);
    keys.emplace_back(key);
  }
  return keys;
}

std::vector<std::string> unused_in_files(const TrainingOptions& options) try {
  Json document = recipe::load_document(options.recipe);
  if (!options.config_file.empty())
    recipe::merge_document(document, recipe::load_document(options.config_file));
  const recipe::Config config = recipe::Config::from_document(document, options.recipe);
  std::vector<std::string> sentences;
  const auto add = [&](const std::string& file) {
    for (const std::string& sentence : recipe::unused_values(config, recipe::load_document(file)))
      sentences.push_back(fmt::format("{}: {}", file, sentence));
  };
  // A run's own file has everything, used or not.
  if (options.recipe.ends_with(".toml") && !is_of_run(recipe::load_document(options.recipe)))
    add(options.recipe);
  if (!options.config_file.empty()) add(options.config_file);
  return sentences;
} catch (const UsageError&) {
  return {};  // they make sense only with what the command line changes
}

void set_length_and_means(Json& document, const TrainingOptions& options) {
  set_if_given(document, "training", "epochs", options.epochs);
  set_if_given(document, "training", "patience", options.patience);
  set_if_given(document, "training", "threads", options.threads);
  set_if_given(document, "training", "device", options.device);
  set_if_given(document, "training", "precision", options.precision);
  set_if_given(document, "training", "fuse", options.fuse);
}

namespace {

/// With sizes of training pictures that follow --size, whatever the network takes.
Json compose_unfitted(const TrainingOptions& options) {
  Json document = recipe::load_document(options.recipe);
  const Json config_file =
      options.config_file.empty() ? Json::object() : recipe::load_document(options.config_file);
  const bool of_run = is_of_run(document);
  if (of_run) forget_run(document, options, config_file);
  if (options.chosen.contains("optimizer")) document.erase("optimizer");  // another one has other settings
  recipe::merge_document(document, options.chosen);
  recipe::merge_document(document, config_file);
  set_length_and_means(document, options);
  set_if_given(document, "training", "seed", options.seed);
  set_if_given(document, "training", "keep", options.keep);
  set_if_given(document, "training", "balance", options.balance);
  set_if_given(document, "budget", "seconds", options.budget_s);
  if (options.deterministic) document["training"]["deterministic"] = true;
  set_if_given(document, "augment", "transforms", options.augment);
  if (options.network) {
    put_network(document, *options.network);
    document["description"] = fmt::format("{}, trained as by {}", *options.network, options.recipe);
  }
  set_if_given(document, "network", "weights", options.weights);
  options.changes.apply(document);
  return document;
}

/// Whether the sizes of training pictures are margay's choice: those of a recipe made for other pictures.
bool may_fit_sizes(const TrainingOptions& options) {
  return options.changes.size && !options.changes.has("schedule.sizes");
}

}  // namespace

Json compose_without_weights(const TrainingOptions& options) {
  Json document = compose_unfitted(options);
  if (may_fit_sizes(options)) recipe::let_sizes_fit_network(document);
  return document;
}

std::optional<analysis::Decision> decision_on_sizes(const TrainingOptions& options) {
  if (!may_fit_sizes(options)) return std::nullopt;
  Json document = compose_unfitted(options);
  const auto sizes_of = [&] {
    return recipe::Config::from_document(document, options.recipe).schedule.sizes;
  };
  const std::vector<int> wanted = sizes_of();
  recipe::let_sizes_fit_network(document);
  const std::vector<int> sizes = sizes_of();
  if (sizes == wanted) return std::nullopt;
  return analysis::Decision{
      "sizes of training pictures", fmt::format("{}", fmt::join(sizes, ", ")),
      fmt::format("of {}, which --size {} would make of the recipe's, the network takes no smaller ones",
                  fmt::join(wanted, ", "), options.changes.size->to_text())};
}

Json compose_document(const TrainingOptions& options) {
  Json document = compose_without_weights(options);
  follow_weights(document, options, is_of_run(recipe::load_document(options.recipe)));
  return document;
}

recipe::Config compose_config(const TrainingOptions& options) {
  recipe::Config config =
      recipe::read_changed(compose_document(options), options.recipe, given_keys(options));
  config.source.recipe = options.recipe;
  return config;
}

namespace {

/// How the data are split and which are taken.
void add_split(const TrainingOptions& options, recipe::SourceConfig& source) {
  source.split_seed = options.split_seed.value_or(0);
  source.reading.validation = options.validation;
  source.reading.allow_broken = options.allow_broken;
}

std::vector<std::string> split_words_of(const TrainingOptions& options) {
  recipe::SourceConfig source;
  add_split(options, source);
  return recipe::split_words(source);
}

}  // namespace

recipe::SourceConfig source_of(const TrainingOptions& options) {
  recipe::SourceConfig source;
  source.data = absolute_path(datasets::resolve_dataset(options.data.data));
  source.table_sha256 = workflow::hash_of_table(source.data);
  source.reading = recorded_reading(options.data);
  add_split(options, source);
  return source;
}

std::string training_command(const TrainingOptions& options, double lr) {
  std::string text = "margay train " + describe_in_command(options.data);
  const auto add = [&](const std::string& word) { text += " " + shell_word(word); };
  const auto add_option = [&](const char* name, const auto& value) {
    if (value) add(name), add(fmt::format("{}", *value));
  };
  for (const std::string& word : split_words_of(options)) add(word);
  if (options.recipe_given || !options.network) add("--recipe"), add(options.recipe);
  add_option("--network", options.network);
  add_option("--weights", options.weights);
  if (!options.config_file.empty()) add("--config"), add(options.config_file);
  add_option("--epochs", options.epochs);
  add_option("--seed", options.seed);
  add_option("--augment", options.augment);
  add_option("--keep", options.keep);
  add_option("--patience", options.patience);
  add_option("--balance", options.balance);
  add_option("--threads", options.threads);
  if (options.deterministic) add("--deterministic");
  add_option("--device", options.device);
  add_option("--precision", options.precision);
  add_option("--fuse", options.fuse);
  if (options.changes.size) add("--size"), add(options.changes.size->to_text());
  for (const std::string& setting : options.changes.settings)
    if (!setting.starts_with("optimizer.lr=")) add("--set"), add(setting);
  add("--lr"), add(format_rate(lr));
  return text;
}

data::Dataset open_split(const TrainingOptions& options, WorkerPool& pool, std::stop_token stop) {
  const bool quiet = options.is_quiet();
  require(!options.split_seed || options.validation != 0, "command line",
          "--split-seed chooses which pictures are held back, and --validation 0 holds none back",
          "leave one of them out");
  return data::split_by_content(open_data(options.data, stop, quiet), options.validation, pool,
                                console_progress(quiet), stop, options.split_seed.value_or(0));
}

std::shared_ptr<const train::TrainingData> load_pictures(const TrainingOptions& options,
                                                         const data::Dataset& dataset,
                                                         const recipe::Config& config, WorkerPool& pool,
                                                         std::stop_token stop) {
  const uint64_t step = train::require_step_memory(config, dataset);
  return load_pictures(options, dataset, config.input, step, pool, std::move(stop));
}

std::shared_ptr<const train::TrainingData> load_pictures(const TrainingOptions& options,
                                                         const data::Dataset& dataset,
                                                         const image::Preprocess& input,
                                                         uint64_t reserved_bytes, WorkerPool& pool,
                                                         std::stop_token stop) {
  train::LoadOptions load{.progress = console_progress(options.is_quiet()), .stop = stop};
  load.broken = options.allow_broken ? train::ManyBroken::allow : train::ManyBroken::refuse;
  load.memory_bytes = options.cache_bytes;
  load.reserved_bytes = reserved_bytes;
  auto data = std::make_shared<train::TrainingData>(train::TrainingData::load(dataset, input, pool, load));
  print_loaded(*data, options.data.verbose, options.is_quiet());
  return data;
}

void print_loaded(const train::TrainingData& data, bool verbose, bool quiet) {
  print_err("{}", format_skipped(data.skipped(), verbose));
  if (!quiet) print_err("{}", format_noted(data.noted(), verbose));
  for (const std::string& warning : data.warnings) print_err("warning: {}\n", warning);
}

}  // namespace margay::app
