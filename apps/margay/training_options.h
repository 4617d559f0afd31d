// What commands that train have in common: the options that decide a training, and the pictures that it
// takes.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "apps/margay/data_options.h"
#include "apps/margay/setting_options.h"
#include "margay/analysis/decision.h"
#include "margay/recipe/config.h"
#include "margay/train/training_data.h"

namespace margay::app {

struct TrainingOptions {
  DataOptions data;
  std::optional<double> validation;
  std::optional<uint64_t> split_seed;
  bool allow_broken = false;
  std::string recipe = "article";
  bool recipe_given = false;
  Json chosen = Json::object();  ///< what choose_recipe changes in the recipe
  std::string config_file;
  SettingChanges changes;
  std::optional<int> epochs, threads, patience;
  bool deterministic = false;
  std::optional<uint64_t> seed;
  std::optional<std::string> device, precision, fuse, keep, balance, augment, network, weights;
  std::optional<uint64_t> cache_bytes;
  std::optional<double> budget_s;
  std::vector<analysis::Decision> decisions;  ///< made for the user, such as the recipe
  bool quiet = false;
  bool json = false;
  /// Whether what is trained is trained by the recipe's own method, so that settings which that does not use
  /// are refused.
  bool uses_method = true;

  bool is_quiet() const { return quiet || json; }
};

/// What a run writes down of its data: where they are, and how they are read and split. Its recipe and
/// classes are left open. Throws what datasets::resolve_dataset throws.
recipe::SourceConfig source_of(const TrainingOptions& options);

/// Adds which recipe is used, by which names on the command line, with what changes, and how it is computed.
/// `settings` says which options stand for settings.
void add_recipe_options(CLI::App& command, TrainingOptions& options, SettingOptions settings,
                        const std::string& recipe_names = "--recipe");
/// Adds those, DATA and everything above but `json`, whose meaning differs.
void add_training_options(CLI::App& command, TrainingOptions& options, SettingOptions settings);

void add_split_seed_option(CLI::App& command, std::optional<uint64_t>& split_seed);

template <class T>
void set_if_given(Json& document, const char* table, const char* key, const std::optional<T>& value) {
  if (value) document[table][key] = *value;
}

/// Until when a training goes on and what computes it, where the command line says so: what may change of a
/// run that goes on.
void set_length_and_means(Json& document, const TrainingOptions& options);

/// The keys of all settings that the command line names, "training.epochs" for --epochs. Throws UsageError
/// where two options give one of them.
std::vector<std::string> given_keys(const TrainingOptions& options);

/// What the command line says goes over the configuration file, and that over the recipe. Throws UsageError
/// where the command line names a setting that would decide nothing.
Json compose_document(const TrainingOptions& options);
/// The same but for how weights ask for pictures to be prepared: without looking for any.
Json compose_without_weights(const TrainingOptions& options);
recipe::Config compose_config(const TrainingOptions& options);

/// Which sizes training pictures get where those that follow --size are too small for the network.
std::optional<analysis::Decision> decision_on_sizes(const TrainingOptions& options);

/// Sentences about values in the user's own recipe and configuration file that decide nothing there, whatever
/// the command line changes.
std::vector<std::string> unused_in_files(const TrainingOptions& options);

/// `margay train` with the same options and another learning rate, for a shell.
std::string training_command(const TrainingOptions& options, double lr);

/// Opens DATA and holds validation pictures back where it is not split.
data::Dataset open_split(const TrainingOptions& options, WorkerPool& pool, std::stop_token stop);

/// Decodes the pictures for a training by `config`, and tells the warnings. Throws UsageError where a step of
/// that takes more memory than there is.
std::shared_ptr<const train::TrainingData> load_pictures(const TrainingOptions& options,
                                                         const data::Dataset& dataset,
                                                         const recipe::Config& config, WorkerPool& pool,
                                                         std::stop_token stop);
/// The same for trainings that fit pictures so and of whose memory at most `reserved_bytes` are taken by a
/// step.
std::shared_ptr<const train::TrainingData> load_pictures(const TrainingOptions& options,
                                                         const data::Dataset& dataset,
                                                         const image::Preprocess& input,
                                                         uint64_t reserved_bytes, WorkerPool& pool,
                                                         std::stop_token stop);

/// Tells on standard error which pictures do not decode, unless `quiet` which are used in part, and the
/// warnings.
void print_loaded(const train::TrainingData& data, bool verbose, bool quiet);

}  // namespace margay::app
