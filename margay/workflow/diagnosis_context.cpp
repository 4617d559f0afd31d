// Reads the context from a configuration and its pictures.
#include "margay/workflow/diagnosis_context.h"

#include <algorithm>
#include <optional>

#include "margay/core/error.h"
#include "margay/graph/zoo/zoo.h"
#include "margay/recipe/recipe.h"
#include "margay/recipe/usual_rate.h"
#include "margay/train/class_balance.h"
#include "margay/train/phases.h"
#include "margay/weights/published.h"
#include "margay/workflow/evaluate_cache.h"

namespace margay::workflow {
namespace {

/// What decides the weights, less what is only how they are computed and less what follows from the data.
Json decisions_of(const recipe::Config& config) {
  Json document = config.to_document();
  for (const char* key : {"threads", "device", "precision", "fuse", "balance"})
    document["training"].erase(key);
  document.erase("source");
  document.erase("description");
  if (!config.network.weights.empty()) document.erase("input");  // the weights say how they want pictures
  return document;
}

/// The recipe as it is on this machine; nothing where it is gone.
std::optional<recipe::Config> find_recipe(const std::string& name) try {
  return recipe::Config::from_document(recipe::load_document(name), name);
} catch (const Error&) {
  return std::nullopt;
}

/// Of the network that recipes for published ones would take here; 0 where its weights are on this machine.
int64_t weights_to_download(const recipe::Config& config) try {
  const auto transfer = find_recipe("transfer");
  if (!transfer) return 0;
  const bool has_name = !config.network.name.empty();
  const graph::zoo::ZooNetwork& network =
      graph::zoo::find_network(has_name ? config.network.name : transfer->network.name);
  if (!network.is_published() || weights::find_weights(network)) return 0;
  return network.parameters * static_cast<int64_t>(sizeof(float));
} catch (const Error&) {
  return 0;
}

}  // namespace

std::string recipe_of_run(const recipe::Config& config, const run::RunDirectory& directory) {
  const auto recipe = find_recipe(config.source.recipe);
  if (!recipe || decisions_of(*recipe) != decisions_of(config)) return directory.config().string();
  return config.source.recipe;
}

analysis::DiagnosisContext diagnosis_context(const recipe::Config& config, const train::TrainingData& data,
                                             const run::History& history,
                                             const run::RunDirectory& directory) {
  const int per_step = std::max(1, config.training.batch_size * config.training.accumulate);
  analysis::DiagnosisContext context;
  context.classes = static_cast<int>(data.classes.size());
  context.train_count = static_cast<int64_t>(data.train.size());
  context.validation_count = data.validation ? static_cast<int64_t>(data.validation->size()) : 0;
  context.smallest_class = std::ranges::min(train::count_classes(data.train.labels(), data.classes.size()));
  if (data.validation)
    context.validation_classes = static_cast<int>(
        data.classes.size() -
        std::ranges::count(train::count_classes(data.validation->labels(), data.classes.size()), 0));
  context.majority_share = majority_share(data.train);
  if (data.validation) context.validation_majority_share = majority_share(*data.validation);
  context.steps_per_epoch = (context.train_count + per_step - 1) / per_step;
  context.regularized = !config.augment.empty();
  context.converged = config.training.method == recipe::Method::head;
  context.pretrained = !config.network.weights.empty();
  context.full_precision = config.training.precision == recipe::Precision::fp32;
  context.published = !config.network.name.empty();
  if (!history.empty()) context.alike_since = train::first_epoch_like(config, history.back().epoch);
  if (const auto recipe = find_recipe(config.source.recipe)) context.recipe_epochs = recipe->training.epochs;
  context.weights_bytes = weights_to_download(config);
  context.planned_epochs = config.training.epochs;
  context.learning_rate = config.optimizer.lr;
  context.highest_rate = recipe::highest_usual_rate(config.optimizer.name);
  context.recipe = recipe_of_run(config, directory);
  return context;
}

AdviceSubject advice_subject(const recipe::Config& config, const run::RunDirectory& directory,
                             const std::string& data_name) {
  AdviceSubject subject{.run_path = directory.root.string(),
                        .data_name = data_name.empty() ? config.source.data.string() : data_name,
                        .source = config.source};
  const auto usual = find_recipe("finetune");
  if (config.network.name.empty() || !usual) return subject;
  if (config.network.name != usual->network.name) subject.network = config.network.name;
  if (config.network.weights != usual->network.weights) subject.weights = config.network.weights;
  return subject;
}

}  // namespace margay::workflow
