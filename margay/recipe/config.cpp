// From documents to configurations and back.
#include "margay/recipe/config.h"

#include <algorithm>
#include <array>
#include <utility>

#include "margay/augment/pipeline.h"
#include "margay/core/error.h"
#include "margay/core/joined.h"
#include "margay/core/option_text.h"
#include "margay/graph/layers.h"
#include "margay/graph/multiscale_head.h"
#include "margay/graph/zoo/zoo.h"
#include "margay/image/preprocess_json.h"
#include "margay/recipe/document_reader.h"

namespace margay::recipe {
namespace {

constexpr std::array<std::pair<ScheduleName, std::string_view>, 5> kSchedules{
    {{ScheduleName::constant, "constant"},
     {ScheduleName::step, "step"},
     {ScheduleName::cosine, "cosine"},
     {ScheduleName::one_cycle, "one_cycle"},
     {ScheduleName::plateau, "plateau"}}};
constexpr std::array<std::pair<OptimizerName, std::string_view>, 4> kOptimizers{
    {{OptimizerName::adam, "adam"},
     {OptimizerName::adamw, "adamw"},
     {OptimizerName::sgd, "sgd"},
     {OptimizerName::rmsprop, "rmsprop"}}};
constexpr std::array<std::pair<Method, std::string_view>, 3> kMethods{
    {{Method::steps, "steps"}, {Method::head, "head"}, {Method::finetune, "finetune"}}};
constexpr std::array<std::pair<Keep, std::string_view>, 3> kKeeps{
    {{Keep::last, "last"}, {Keep::best, "best"}, {Keep::ema, "ema"}}};
constexpr std::array<std::pair<Balance, std::string_view>, 4> kBalances{{{Balance::automatic, "auto"},
                                                                         {Balance::none, "none"},
                                                                         {Balance::weights, "weights"},
                                                                         {Balance::sample, "sample"}}};
constexpr std::array<std::pair<Device, std::string_view>, 3> kDevices{
    {{Device::automatic, "auto"}, {Device::cpu, "cpu"}, {Device::cuda, "cuda"}}};
constexpr std::array<std::pair<Precision, std::string_view>, 3> kPrecisions{
    {{Precision::automatic, "auto"}, {Precision::fp32, "fp32"}, {Precision::bf16, "bf16"}}};
const std::array kResizeModes = [] {  // named as those of [input] are
  using enum image::ResizeMode;
  const auto named = [](image::ResizeMode mode) { return std::pair(mode, image::name_of(mode)); };
  return std::array{named(squash), named(crop), named(pad)};
}();
constexpr std::array<std::pair<BatchNorm, std::string_view>, 2> kBatchNorms{
    {{BatchNorm::batch, "batch"}, {BatchNorm::frozen, "frozen"}}};
constexpr std::array<std::pair<Fuse, std::string_view>, 2> kFuses{{{Fuse::on, "on"}, {Fuse::off, "off"}}};
constexpr std::array<std::pair<NonFinite, std::string_view>, 2> kNonFinites{
    {{NonFinite::stop, "stop"}, {NonFinite::skip, "skip"}}};

template <class Names, class Value>
std::string_view name_in(const Names& names, Value value) {
  for (const auto& [known, name] : names)
    if (known == value) return name;
  return "?";
}

constexpr int kMaxSize = 4096;
constexpr double kAdamWDecay = 0.01;  // AdamW is asked for because of its decay

/// Reads a choice such as training.keep = "best".
template <class Names, class Value>
void read_choice(DocumentReader& table, const std::string& key, const Names& names, Value& value) {
  const Json* found = table.find(key);
  if (found == nullptr) return;
  std::vector<std::string> expected;
  std::vector<std::string_view> known_names;
  for (const auto& [known, name] : names) {
    if (found->is_string() && *found == name) {
      value = known;
      return;
    }
    expected.push_back(fmt::format("\"{}\"", name));
    known_names.push_back(name);
  }
  table.fail(key, *found, joined(expected, names.size(), "or"),
             found->is_string() ? hint_for_name(found->get<std::string>(), known_names, "") : "");
}

/// By the names and bounds of settings, which a model file knows nothing of.
void check_whole_numbers(DocumentReader& input) {
  int pixels = 0;
  for (const char* side : {"width", "height"}) input.read(side, pixels, 1, image::Preprocess::kMaxSide);
  input.read("resize", pixels, 0, image::Preprocess::kMaxSide);
  input.read("pad_value", pixels, 0, 255);
}

/// A recipe may leave out what image::Preprocess has defaults for.
image::Preprocess read_input(DocumentReader input, std::string_view where) try {
  check_whole_numbers(input);
  Json json = image::to_json(image::Preprocess{});
  const Json known = json;
  for (const auto& [key, value] : known.items())
    if (const Json* found = input.find(key)) json[key] = *found;
  input.finish();
  return image::preprocess_from_json(json, where);
} catch (const FormatError& error) {  // of a value that is no such thing: a setting as any other
  throw UsageError(where, fmt::format("[input] {}", reason_of(error)));
}

/// A name goes over layers, so that it can be laid over any recipe; it brings the initializer that suits it.
NetworkConfig read_network(DocumentReader network) {
  NetworkConfig config;
  network.read("name", config.name);
  network.read("weights", config.weights);
  network.read("resolution", config.resolution, 0, 4096);
  read_choice(network, "fit", kResizeModes, config.fit);
  network.read("head_scales", config.head_scales, 1, 8);
  if (!config.name.empty()) config.initializer = graph::zoo::find_network(config.name).initializer;
  std::string initializer(graph::name_of(config.initializer));
  network.read("initializer", initializer);
  config.initializer = graph::initializer_from_name(initializer);
  const Json* layers = network.find("layers");
  if (layers != nullptr && config.name.empty()) config.layers = *layers;
  network.finish();
  return config;
}

OptimizerConfig read_optimizer(DocumentReader optimizer) {
  OptimizerConfig config;
  read_choice(optimizer, "name", kOptimizers, config.name);
  if (config.name == OptimizerName::adamw) config.weight_decay = kAdamWDecay;
  if (config.name == OptimizerName::rmsprop) config.momentum = 0;  // as in Keras and PyTorch
  optimizer.read("lr", config.lr, 0.0, 100.0);
  optimizer.read("beta1", config.beta1, 0.0, 0.999999);
  optimizer.read("beta2", config.beta2, 0.0, 0.999999999);
  optimizer.read("eps", config.eps, 1e-30, 1.0);
  optimizer.read("rho", config.rho, 0.0, 0.999999999);
  optimizer.read("momentum", config.momentum, 0.0, 0.999999);
  optimizer.read("nesterov", config.nesterov);
  optimizer.read("weight_decay", config.weight_decay, 0.0, 10.0);
  optimizer.read("clip_norm", config.clip_norm, 0.0, 1e9);
  optimizer.read("first_to_last_lr_ratio", config.first_to_last_lr_ratio, 1e-6, 1.0);
  optimizer.finish();
  return config;
}

LossConfig read_loss(DocumentReader loss) {
  LossConfig config;
  loss.read("label_smoothing", config.label_smoothing, 0.0, 0.999);
  loss.read("focal_gamma", config.focal_gamma, 0.0, 100.0);
  loss.finish();
  return config;
}

/// Training pictures are made of those that the cache has, which are as large as the input.
void require_sizes_within(const Config& config, std::string_view where) {
  const int longer = std::max(config.input.width, config.input.height);
  for (const int size : config.schedule.sizes)
    require(size <= longer, where,
            fmt::format("schedule.sizes has {}, more than the longer side of [input], {}", size, longer),
            "let the input be larger, or the size smaller");
}

ScheduleConfig read_schedule(DocumentReader schedule) {
  ScheduleConfig config;
  read_choice(schedule, "name", kSchedules, config.name);
  schedule.read("warmup_epochs", config.warmup_epochs, 0.0, 1e6);
  schedule.read("final_ratio", config.final_ratio, 0.0, 1.0);
  schedule.read("step_epochs", config.step_epochs, 1e-3, 1e6);
  schedule.read("factor", config.factor, 0.0, 1.0);
  schedule.read("patience_epochs", config.patience_epochs, 0, 1'000'000);
  schedule.read("sizes", config.sizes, 1, kMaxSize);
  schedule.read("size_shares", config.size_shares, 1e-3, 1e3);
  if (!config.size_shares.empty() && config.size_shares.size() != config.sizes.size())
    schedule.fail("size_shares", *schedule.find("size_shares"),
                  fmt::format("as many numbers as schedule.sizes has, {}", config.sizes.size()));
  schedule.finish();
  return config;
}

TrainingConfig read_training(DocumentReader training) {
  TrainingConfig config;
  training.read("epochs", config.epochs, 1, 1'000'000);
  training.read("batch_size", config.batch_size, 1, 65'536);
  training.read("seed", config.seed);
  training.read("ema_decay", config.ema_decay, 0.0, 0.999999);
  training.read("accumulate", config.accumulate, 1, 65'536);
  training.read("threads", config.threads, 0, 4096);
  training.read("deterministic", config.deterministic);
  training.read("patience", config.patience, 0, 1'000'000);
  training.read("min_delta", config.min_delta, 0.0, 1e9);
  training.read("validate_every", config.validate_every, 1, 1'000'000);
  read_choice(training, "method", kMethods, config.method);
  read_choice(training, "keep", kKeeps, config.keep);
  read_choice(training, "balance", kBalances, config.balance);
  read_choice(training, "batch_norm", kBatchNorms, config.batch_norm);
  read_choice(training, "device", kDevices, config.device);
  read_choice(training, "precision", kPrecisions, config.precision);
  read_choice(training, "fuse", kFuses, config.fuse);
  read_choice(training, "non_finite", kNonFinites, config.non_finite);
  training.finish();
  return config;
}

MixingConfig read_mixing(DocumentReader& augment) {
  MixingConfig config;
  augment.read("mix_share", config.share, 0.0, 1.0);
  augment.read("mix_until", config.until, 0.0, 1.0);
  return config;
}

HeadConfig read_head(DocumentReader head) {
  HeadConfig config;
  head.read("views", config.views, 1, 64);
  head.read("folds", config.folds, 2, 100);
  if (const Json* strengths = head.find("l2")) {
    constexpr std::string_view kExpected = "a list of numbers from 1e-12 to 1e6";
    if (!strengths->is_array() || strengths->empty()) head.fail("l2", *strengths, kExpected);
    config.l2.clear();
    for (const Json& strength : *strengths) {
      const double value = strength.is_number() ? strength.get<double>() : 0;
      if (!(value >= 1e-12 && value <= 1e6)) head.fail("l2", strength, kExpected);
      config.l2.push_back(value);
    }
  }
  head.finish();
  return config;
}

BudgetConfig read_budget(DocumentReader budget) {
  BudgetConfig config;
  budget.read("seconds", config.seconds, 0.0, 1e9);
  budget.read("networks", config.networks);
  budget.read("pictures", config.pictures, 0.0, 1e15);
  budget.finish();
  for (const std::string& name : config.networks) (void)graph::zoo::find_network(name);
  return config;
}

RecordedLengthConfig read_recorded_length(DocumentReader length) {
  RecordedLengthConfig config;
  length.read("epochs", config.epochs, 0, 1'000'000);
  length.read("warmup_epochs", config.warmup_epochs, 0.0, 1e6);
  length.read("step_epochs", config.step_epochs, 1e-3, 1e6);
  length.read("changes", config.changes, 0.0, 1e6);
  if (config.changes.size() % 2 != 0)
    length.fail("changes", *length.find("changes"), "pairs of epochs that were done and of a length");
  length.finish();
  return config;
}

Json to_json(const NetworkConfig& network) {
  Json json{{"initializer", graph::name_of(network.initializer)}};
  if (network.name.empty())
    json["layers"] = network.layers;
  else
    json["name"] = network.name;
  if (!network.weights.empty()) json["weights"] = network.weights;
  if (network.resolution != 0) json["resolution"] = network.resolution;
  if (network.fit) json["fit"] = image::name_of(*network.fit);
  if (network.head_scales != 1) json["head_scales"] = network.head_scales;
  return json;
}

}  // namespace

bool names_a_model(std::string_view weights) {
  return !weights.empty() && weights != graph::zoo::kImageNet;
}

std::string_view name_of(OptimizerName name) {
  return name_in(kOptimizers, name);
}
std::string_view name_of(ScheduleName name) {
  return name_in(kSchedules, name);
}
std::string_view name_of(Method method) {
  return name_in(kMethods, method);
}
std::string_view name_of(Keep keep) {
  return name_in(kKeeps, keep);
}
std::string_view name_of(Balance balance) {
  return name_in(kBalances, balance);
}
std::string_view name_of(Device device) {
  return name_in(kDevices, device);
}
std::string_view name_of(Precision precision) {
  return name_in(kPrecisions, precision);
}

Config Config::from_document(const Json& document, std::string_view where) try {
  DocumentReader root(&document, "", where);
  Config config;
  root.read("description", config.description);
  config.input = read_input(root.table("input"), where);
  DocumentReader augment = root.table("augment");
  augment.read("transforms", config.augment);
  config.mixing = read_mixing(augment);
  augment.finish();
  config.augment = augment::Pipeline::parse(config.augment).to_text();
  config.network = read_network(root.table("network"));
  config.optimizer = read_optimizer(root.table("optimizer"));
  config.loss = read_loss(root.table("loss"));
  config.schedule = read_schedule(root.table("schedule"));
  config.training = read_training(root.table("training"));
  config.head = read_head(root.table("head"));
  config.budget = read_budget(root.table("budget"));
  config.recorded_length = read_recorded_length(root.table("recorded_length"));
  config.source = read_source(root.table("source"));
  root.finish();
  require_sizes_within(config, where);
  require(config.training.method != Method::head || config.budget.seconds == 0, where,
          "training.method = \"head\" fits at once, however much time there is",
          "leave out the budget; `recipe=finetune` uses it"_worded);
  return config;
} catch (const UsageError& error) {
  // What other rooms say about a value does not know the document that it comes from.
  if (std::string_view(error.what()).starts_with(fmt::format("[{}]", where))) throw;
  throw UsageError(where, reason_of(error));
}

Json Config::to_document() const {
  Json document;
  document["description"] = description;
  document["input"] = image::to_json(input);
  document["augment"] = {{"transforms", augment}, {"mix_share", mixing.share}, {"mix_until", mixing.until}};
  document["network"] = to_json(network);
  document["optimizer"] = {{"name", name_of(optimizer.name)},
                           {"lr", optimizer.lr},
                           {"beta1", optimizer.beta1},
                           {"beta2", optimizer.beta2},
                           {"eps", optimizer.eps},
                           {"rho", optimizer.rho},
                           {"momentum", optimizer.momentum},
                           {"nesterov", optimizer.nesterov},
                           {"weight_decay", optimizer.weight_decay},
                           {"clip_norm", optimizer.clip_norm},
                           {"first_to_last_lr_ratio", optimizer.first_to_last_lr_ratio}};
  document["loss"] = {{"label_smoothing", loss.label_smoothing}, {"focal_gamma", loss.focal_gamma}};
  document["schedule"] = {{"name", name_of(schedule.name)},
                          {"warmup_epochs", schedule.warmup_epochs},
                          {"final_ratio", schedule.final_ratio},
                          {"step_epochs", schedule.step_epochs},
                          {"factor", schedule.factor},
                          {"patience_epochs", schedule.patience_epochs},
                          {"sizes", schedule.sizes},
                          {"size_shares", schedule.size_shares}};
  document["training"] = {{"method", name_of(training.method)},
                          {"epochs", training.epochs},
                          {"batch_size", training.batch_size},
                          {"seed", training.seed},
                          {"keep", name_of(training.keep)},
                          {"ema_decay", training.ema_decay},
                          {"accumulate", training.accumulate},
                          {"balance", name_of(training.balance)},
                          {"batch_norm", name_in(kBatchNorms, training.batch_norm)},
                          {"device", name_of(training.device)},
                          {"precision", name_of(training.precision)},
                          {"fuse", name_in(kFuses, training.fuse)},
                          {"non_finite", name_in(kNonFinites, training.non_finite)},
                          {"threads", training.threads},
                          {"deterministic", training.deterministic},
                          {"patience", training.patience},
                          {"min_delta", training.min_delta},
                          {"validate_every", training.validate_every}};
  document["head"] = {{"views", head.views}, {"folds", head.folds}, {"l2", head.l2}};
  document["budget"] = {
      {"seconds", budget.seconds}, {"networks", budget.networks}, {"pictures", budget.pictures}};
  if (recorded_length.is_recorded())
    document["recorded_length"] = {{"epochs", recorded_length.epochs},
                                   {"warmup_epochs", recorded_length.warmup_epochs},
                                   {"step_epochs", recorded_length.step_epochs},
                                   {"changes", recorded_length.changes}};
  document["source"] = recipe::to_json(source);
  return document;
}

std::vector<std::string> choices_on_validation(const Config& config) {
  std::vector<std::string> choices;
  if (config.training.method == Method::head) return choices;  // training pictures choose its L2 strength
  if (config.training.keep == Keep::best) choices.emplace_back("the epoch that is kept");
  if (config.training.patience > 0) choices.emplace_back("when the training ended");
  if (config.schedule.name == ScheduleName::plateau) choices.emplace_back("the learning rate");
  return choices;
}

void change_epochs(Config& config, int epochs) {
  const double factor = static_cast<double>(epochs) / config.training.epochs;
  config.schedule.warmup_epochs *= factor;
  config.schedule.step_epochs *= factor;
  config.training.epochs = epochs;
}

Config as_planned(Config config) {
  if (!config.follows_recorded_length()) return config;
  config.training.epochs = config.recorded_length.epochs;
  config.schedule.warmup_epochs = config.recorded_length.warmup_epochs;
  config.schedule.step_epochs = config.recorded_length.step_epochs;
  return config;
}

int outputs_for(int classes) {
  return classes == 2 ? 1 : classes;
}

graph::Graph build_network(const Config& config, int classes) {
  const int64_t height = config.input.height, width = config.input.width, outputs = outputs_for(classes);
  const NetworkConfig& network = config.network;
  return graph::with_multiscale_head(
      network.name.empty()
          ? graph::graph_from_layers({3, height, width}, network.layers, outputs, "network",
                                     network.has_begun ? graph::Ending::any : graph::Ending::logits)
          : graph::zoo::find_network(network.name).build({height, width, outputs}),
      network.head_scales);
}

}  // namespace margay::recipe
