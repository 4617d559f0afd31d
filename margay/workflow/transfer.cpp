// From pictures to features, from features to a head.
#include "margay/workflow/transfer.h"

#include <chrono>
#include <utility>

#include "margay/core/error.h"
#include "margay/graph/backbone.h"
#include "margay/graph/operator.h"
#include "margay/graph/operators/linear.h"
#include "margay/recipe/lasting_settings.h"
#include "margay/train/class_balance.h"
#include "margay/train/same_settings.h"
#include "margay/weights/published.h"
#include "margay/weights/transfer.h"
#include "margay/workflow/features_file.h"

namespace margay::workflow {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

graph::Graph network_of(const recipe::Config& config, const train::TrainingData& data) {
  return recipe::build_network(config, static_cast<int>(data.classes.size()));
}

/// All features; those until it was stopped are kept.
void complete_features(const recipe::Config& config, const train::TrainingData& data, HeadStart& start,
                       WorkerPool& pool, const HeadOptions& options) {
  Clock::time_point saved = Clock::now();
  const auto save = [&] {
    if (options.checkpoint.empty()) return;
    write_features(options.checkpoint, start.features, start.weights, recipe::lasting_settings(config));
    if (options.on_checkpoint) options.on_checkpoint(start.features.done());
    saved = Clock::now();
  };
  const auto after_batch = [&] {
    if (options.progress)
      options.progress({"computing features", start.features.done(), start.features.rows, "pictures"});
    if (options.stop.stop_requested()) {
      save();
      throw Interrupted("head", "stopped");
    }
    if (start.features.complete() || seconds_since(saved) > options.checkpoint_interval_s) save();
  };
  compute_features(graph::backbone_of(network_of(config, data)), start.weights, config, data.train, pool,
                   start.features, after_batch);
}

std::vector<double> class_weights(const recipe::Config& config, const std::vector<int>& labels,
                                  size_t classes) {
  // Balance::sample shows rare classes more often, which comes to the same in a mean over all pictures.
  if (config.training.balance == recipe::Balance::none) return {};
  const std::vector<float> weights = train::balanced_weights(train::count_classes(labels, classes));
  return {weights.begin(), weights.end()};
}

std::vector<uint64_t> content_keys(const data::DecodedCache& pictures) {
  std::vector<uint64_t> keys;
  for (size_t i = 0; i < pictures.size(); ++i) keys.push_back(pictures.content(i).high);
  return keys;
}

/// Puts the layer in the place of the network's own.
void set_head(const head::Linear& linear, const graph::Graph& network, graph::Weights& weights) {
  const std::vector<std::string> names = graph::parameter_names_of(network, network.output());
  graph::Tensor& weight = weights.at(names[graph::Linear::kWeight]);
  graph::Tensor& bias = weights.at(names[graph::Linear::kBias]);
  for (size_t k = 0; k < linear.outputs; ++k) {
    const std::span<const double> row = linear.row(k);
    for (size_t i = 0; i < linear.width; ++i)
      weight.values[k * linear.width + i] = static_cast<float>(row[i]);
    bias.values[k] = static_cast<float>(row.back());
  }
}

}  // namespace

HeadStart begin_head(const recipe::Config& config, const train::TrainingData& data) {
  const recipe::NetworkConfig& network = config.network;
  const graph::Graph graph = network_of(config, data);
  Features features = reserve_features(graph::backbone_of(graph), data.train, config.head.views);
  const std::filesystem::path file = weights::resolve_weights(network.name, network.weights);
  weights::Transfer transfer = weights::transfer_file(graph, file, network.weights, data.classes,
                                                      network.initializer, config.training.seed);
  return {std::move(transfer.weights),
          {network.weights, transfer.taken.size(), std::move(transfer.fresh), std::move(transfer.about_head)},
          std::move(features)};
}

HeadStart resume_head(const recipe::Config& config, const train::TrainingData& data,
                      const std::filesystem::path& checkpoint) {
  const graph::Graph graph = network_of(config, data);
  HeadStart start;
  start.features = reserve_features(graph::backbone_of(graph), data.train, config.head.views);
  FeaturesOrigin origin = read_features(checkpoint, start.features);
  train::require_same_settings(origin.settings, recipe::lasting_settings(config), checkpoint.parent_path());
  start.weights = std::move(origin.weights);
  graph::check_weights(graph, start.weights, checkpoint.string());
  graph::require_finite(start.weights, checkpoint.string());
  return start;
}

HeadFit fit_head(const recipe::Config& config, const train::TrainingData& data, HeadStart start,
                 const HeadOptions& options) {
  const Clock::time_point begin = Clock::now();
  WorkerPool pool(config.training.threads);
  const size_t before = start.features.done();
  complete_features(config, data, start, pool, options);
  HeadFit fit;
  fit.images_per_second = static_cast<double>(start.features.rows - before) / seconds_since(begin);
  if (options.stop.stop_requested()) throw Interrupted("head", "stopped");

  const std::vector<int> labels = data.train.labels();
  head::Examples examples{.features = start.features.values,
                          .width = start.features.width,
                          .labels = labels,
                          .classes = static_cast<int>(data.classes.size()),
                          .weights = class_weights(config, labels, data.classes.size())};
  fit.head = head::fit(examples, content_keys(data.train),
                       {.l2 = config.head.l2, .folds = config.head.folds, .seed = config.training.seed}, pool,
                       options.progress, options.stop);
  fit.weights = std::move(start.weights);
  set_head(fit.head.linear, network_of(config, data), fit.weights);
  fit.seconds = seconds_since(begin);
  return fit;
}

}  // namespace margay::workflow
