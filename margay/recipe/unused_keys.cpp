// What is used when.
#include "margay/recipe/unused_keys.h"

#include <algorithm>
#include <initializer_list>

#include "margay/augment/pipeline.h"
#include "margay/core/error.h"
#include "margay/core/option_text.h"
#include "margay/graph/operator.h"

namespace margay::recipe {
namespace {

class Collector {
 public:
  void add(std::string_view table, std::initializer_list<std::string_view> keys, const std::string& reason) {
    for (const std::string_view key : keys) add(fmt::format("{}.{}", table, key), reason);
  }
  /// The first reason counts.
  void add(std::string key, const std::string& reason) {
    const bool known = std::ranges::find(found_, key, &UnusedKey::key) != found_.end();
    if (!known) found_.push_back({std::move(key), reason});
  }
  std::vector<UnusedKey> take() { return std::move(found_); }

 private:
  std::vector<UnusedKey> found_;
};

void add_for_head(const Config& config, Collector& unused) {
  const std::string reason = "training.method = \"head\" fits the last layer at once and takes no steps";
  const Json document = config.to_document();
  for (const char* table : {"optimizer", "schedule", "loss", "budget"})
    for (const auto& [key, value] : document[table].items())
      unused.add(fmt::format("{}.{}", table, key), reason);
  unused.add("training",
             {"epochs", "batch_size", "keep", "ema_decay", "accumulate", "batch_norm", "patience",
              "min_delta", "validate_every", "fuse", "non_finite"},
             reason);
  unused.add("augment", {"mix_share", "mix_until"}, "a head that is fitted at once mixes no pictures");
  if (config.head.views <= 2)
    unused.add(
        "augment.transforms",
        fmt::format("with head.views = {} pictures are seen as they are{}; the third view is the first that "
                    "augmentation changes",
                    config.head.views, config.head.views == 2 ? " and mirrored" : ""));
}

void add_for_optimizer(const OptimizerConfig& optimizer, Collector& unused) {
  using enum OptimizerName;
  const std::string reason = fmt::format("optimizer.name is {}", name_of(optimizer.name));
  const bool is_adam = optimizer.name == adam || optimizer.name == adamw;
  if (!is_adam) unused.add("optimizer", {"beta1", "beta2"}, reason);
  if (is_adam) unused.add("optimizer", {"momentum"}, reason);
  if (optimizer.name != sgd) unused.add("optimizer", {"nesterov"}, reason);
  if (optimizer.name == sgd) unused.add("optimizer", {"eps"}, reason);
  if (optimizer.name != rmsprop) unused.add("optimizer", {"rho"}, reason);
}

void add_for_schedule(const ScheduleConfig& schedule, Collector& unused) {
  using enum ScheduleName;
  const std::string reason = fmt::format("schedule.name is {}", name_of(schedule.name));
  if (schedule.name == one_cycle) unused.add("schedule", {"warmup_epochs"}, reason);
  if (schedule.name != cosine) unused.add("schedule", {"final_ratio"}, reason);
  if (schedule.name != step) unused.add("schedule", {"step_epochs"}, reason);
  if (schedule.name != step && schedule.name != plateau) unused.add("schedule", {"factor"}, reason);
  if (schedule.name != plateau) unused.add("schedule", {"patience_epochs"}, reason);
}

void add_for_training(const Config& config, Collector& unused) {
  const TrainingConfig& training = config.training;
  if (training.keep != Keep::ema)
    unused.add("training", {"ema_decay"}, fmt::format("training.keep is {}", name_of(training.keep)));
  if (training.patience == 0) unused.add("training", {"min_delta"}, "training.patience is 0");
  if (config.budget.seconds > 0) unused.add("training", {"epochs"}, "budget.seconds decides the epochs");
  if (config.budget.seconds == 0)
    unused.add("budget", {"networks", "pictures"}, "there is no budget, such as `budget=10m`"_worded);
  if (training.method == Method::steps)
    unused.add("head", {"views", "folds", "l2"}, "training.method = \"steps\" fits no head");
  if (augment::Pipeline::parse(config.augment).mix().empty())
    unused.add("augment", {"mix_share", "mix_until"},
               "augment.transforms mix no pictures, as mixup and cutmix do");
}

/// Layers that make no network are taken to have some: what is wrong with them is said where they are built.
bool may_have_batch_norm(const Config& config) try {
  const graph::Graph network = build_network(config, 2);
  return graph::uses_batch_statistics(network);
} catch (const Error&) {
  return true;
}

void add_for_network(const Config& config, Collector& unused) {
  const NetworkConfig& network = config.network;
  if (!network.name.empty()) unused.add("network.layers", "network.name goes over them");
  if (network.weights.empty())
    unused.add("network", {"resolution", "fit"},
               "they are for pictures of pretrained weights, and network.weights is empty");
  if (!may_have_batch_norm(config))
    unused.add("training", {"batch_norm"}, "the network has no layers of batch normalisation");
  if (config.input.fit != image::ResizeMode::crop)
    unused.add("input.resize", fmt::format("input.fit is {}", image::name_of(config.input.fit)));
}

void add_keys(const Json& table, const std::string& prefix, std::vector<std::string>& keys) {
  for (const auto& [key, value] : table.items()) {
    const std::string name = prefix.empty() ? key : fmt::format("{}.{}", prefix, key);
    if (value.is_object())
      add_keys(value, name, keys);
    else
      keys.push_back(name);
  }
}

/// Null where there is none.
const Json* value_at(const Json& document, std::string_view key) {
  const Json* place = &document;
  while (!key.empty()) {
    const size_t dot = std::min(key.find('.'), key.size());
    const auto found = place->is_object() ? place->find(std::string(key.substr(0, dot))) : place->end();
    if (!place->is_object() || found == place->end()) return nullptr;
    place = &*found;
    key.remove_prefix(std::min(dot + 1, key.size()));
  }
  return place;
}

}  // namespace

std::vector<UnusedKey> unused_keys(const Config& config) {
  Collector unused;
  if (config.training.method == Method::head) add_for_head(config, unused);
  add_for_optimizer(config.optimizer, unused);
  add_for_schedule(config.schedule, unused);
  add_for_training(config, unused);
  add_for_network(config, unused);
  return unused.take();
}

std::vector<std::string> keys_of(const Json& document) {
  std::vector<std::string> keys;
  if (document.is_object()) add_keys(document, "", keys);
  return keys;
}

void require_used(const Config& config, const std::vector<std::string>& keys, std::string_view where) {
  const std::vector<UnusedKey> unused = unused_keys(config);
  for (const std::string& key : keys) {
    const auto found = std::ranges::find(unused, key, &UnusedKey::key);
    require(found == unused.end(), where,
            found == unused.end() ? std::string()
                                  : fmt::format("{} would decide nothing: {}", key, found->reason),
            "leave it out, or change what makes it useless");
  }
}

std::vector<std::string> unused_values(const Config& config, const Json& document) {
  const Json decided = config.to_document(), defaults = Config{}.to_document();
  const bool is_head = config.training.method == Method::head;
  std::vector<std::string> sentences;
  for (const UnusedKey& unused : unused_keys(config)) {
    const Json *given = value_at(document, unused.key), *value = value_at(decided, unused.key),
               *normal = value_at(defaults, unused.key);
    if (given == nullptr || value == nullptr || (normal != nullptr && *value == *normal)) continue;
    if (unused.key.starts_with("budget.")) continue;  // recipes have it ready
    if (is_head && unused.key == "training.epochs" && config.training.epochs == 1) continue;  // so a run says
    sentences.push_back(
        fmt::format("{} = {} decides nothing: {}", unused.key, describe_json(*value), unused.reason));
  }
  return sentences;
}

}  // namespace margay::recipe
