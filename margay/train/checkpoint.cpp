// Checkpoints as safetensors: "weights/NAME", "average/NAME", "best/NAME", "optimizer/SLOT/NAME", and the
// rest as metadata.
#include "margay/train/checkpoint.h"

#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "margay/core/bare_reason.h"
#include "margay/core/json.h"
#include "margay/core/option_text.h"
#include "margay/model/content_checksum.h"
#include "margay/model/safetensors.h"

namespace margay::train {
namespace {

constexpr const char* kStateKey = "margay.checkpoint";
constexpr const char* kChecksumKey = "margay.checksum";
constexpr int kVersion = 6;
constexpr double kMostSeconds = 1e9;  // thirty years
constexpr int64_t kMostSteps = int64_t{1} << 53;
const std::string kOptimizerGroup = "optimizer/";

void put(model::SafeTensors& file, const std::string& group, const graph::Weights& weights) {
  for (const auto& [name, tensor] : weights)
    file.tensors.emplace(group + "/" + name,
                         model::make_tensor(tensor.shape, std::span<const float>(tensor.values)));
}

graph::Weights take(const model::SafeTensors& file, const std::string& group) {
  graph::Weights weights;
  const std::string prefix = group + "/";
  for (const auto& [name, tensor] : file.tensors)
    if (name.starts_with(prefix))
      weights.emplace(name.substr(prefix.size()), graph::Tensor{tensor.shape, model::to_float32(tensor)});
  return weights;
}

std::vector<std::string> slot_names(const Checkpoint& checkpoint) {
  std::vector<std::string> names;
  for (const auto& [slot, tensors] : checkpoint.optimizer) names.push_back(slot);
  return names;
}

Json to_json(const BudgetState& budget) {
  return {{"used_s", budget.used_s},
          {"length_done", budget.length.done},
          {"length_progress", budget.length.progress},
          {"length_epochs", budget.length.epochs}};
}

/// A number within its range: what a checkpoint says is used to count and to allocate.
template <class Number>
Number read_number(const Json& json, const char* key, Number low, Number high, const std::string& where) {
  const Number value = json_value<Number>(json, key, where);
  require<FormatError>(value >= low && value <= high, where,
                       fmt::format("'{}' is {}, expected {} to {}", key, value, low, high));
  return value;
}

BudgetState read_budget(const Json& json, const std::string& where) {
  const auto number = [&](const char* key) { return read_number(json, key, 0.0, kMostSeconds, where); };
  return {number("used_s"), {number("length_done"), number("length_progress"), number("length_epochs")}};
}

Json to_json(const Checkpoint& checkpoint) {
  const EpochProgress& progress = checkpoint.progress;
  return {{"version", kVersion},
          {"epoch", progress.epoch},
          {"next_step", progress.next_step},
          {"loss_sum", progress.loss_sum},
          {"highest_loss", progress.highest_loss},
          {"correct", progress.correct},
          {"seen", progress.seen},
          {"seconds", progress.seconds},
          {"optimizer_steps", checkpoint.optimizer_steps},
          {"optimizer_slots", slot_names(checkpoint)},
          {"best_epoch", checkpoint.best.epoch},
          {"budget", checkpoint.budget ? to_json(*checkpoint.budget) : Json()},
          {"settings", checkpoint.settings},
          {"history", run::to_jsonl(checkpoint.history)}};
}

void read_state(const Json& state, const std::string& where, Checkpoint& checkpoint) {
  const int version = json_value<int>(state, "version", where);
  require<FormatError>(version == kVersion, where,
                       fmt::format("checkpoint version {}; expected {}", version, kVersion),
                       "it was written by another version of margay");
  EpochProgress& progress = checkpoint.progress;
  progress.epoch = read_number(state, "epoch", 1, run::kMostEpochs, where);
  progress.next_step = read_number(state, "next_step", 0, std::numeric_limits<int>::max(), where);
  progress.loss_sum = json_value<double>(state, "loss_sum", where);
  progress.highest_loss = json_value<double>(state, "highest_loss", where);
  progress.seen = read_number(state, "seen", int64_t{0}, kMostSteps, where);
  progress.correct = read_number(state, "correct", int64_t{0}, progress.seen, where);
  progress.seconds = read_number(state, "seconds", 0.0, kMostSeconds, where);
  checkpoint.optimizer_steps = read_number(state, "optimizer_steps", int64_t{0}, kMostSteps, where);
  checkpoint.best.epoch = read_number(state, "best_epoch", 0, run::kMostEpochs, where);
  if (const Json budget = json_value<Json>(state, "budget", where); !budget.is_null())
    checkpoint.budget = read_budget(budget, where);
  checkpoint.settings = json_value_or<Json>(state, "settings", Json(), where);
  checkpoint.history = run::parse_history(json_value<std::string>(state, "history", where), where);
}

/// Of the state and of every tensor.
std::string checksum_of(const model::SafeTensors& file) {
  return model::content_checksum(file, file.metadata.at(kStateKey) + '\n');
}

void require_whole(const model::SafeTensors& file, const std::string& where) {
  const auto checksum = file.metadata.find(kChecksumKey);
  require<FormatError>(checksum != file.metadata.end() && checksum->second == checksum_of(file), where,
                       "its content does not have its checksum: it is damaged");
}

/// Of everything that a training would go on with.
void require_all_finite(const Checkpoint& checkpoint, std::string_view where) {
  for (const graph::Weights* weights : {&checkpoint.weights, &checkpoint.average, &checkpoint.best.weights})
    graph::require_finite(*weights, where);
  for (const auto& [slot, weights] : checkpoint.optimizer) graph::require_finite(weights, where);
}

}  // namespace

std::filesystem::path previous_checkpoint(const std::filesystem::path& path) {
  return path.parent_path() / (path.stem().string() + ".previous" + path.extension().string());
}

void save_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint, Replaced replaced) {
  require_all_finite(checkpoint, "train.checkpoint");
  model::SafeTensors file;
  put(file, "weights", checkpoint.weights);
  put(file, "average", checkpoint.average);
  for (const auto& [slot, tensors] : checkpoint.optimizer) put(file, kOptimizerGroup + slot, tensors);
  put(file, "best", checkpoint.best.weights);
  file.metadata[kStateKey] = to_json(checkpoint).dump();
  file.metadata[kChecksumKey] = checksum_of(file);
  model::write_safetensors(
      path, file,
      replaced == Replaced::becomes_previous ? previous_checkpoint(path) : std::filesystem::path());
}

Checkpoint load_checkpoint(const std::filesystem::path& path) {
  const model::SafeTensors file = model::read_safetensors(path);
  const auto state = file.metadata.find(kStateKey);
  require<FormatError>(state != file.metadata.end(), path.string(),
                       "no checkpoint of margay: its metadata lack the state");
  Checkpoint checkpoint;
  const Json parsed = parse_json(state->second, path.string());
  read_state(parsed, path.string(), checkpoint);
  require_whole(file, path.string());
  checkpoint.weights = take(file, "weights");
  checkpoint.average = take(file, "average");
  for (const std::string& slot :
       json_value<std::vector<std::string>>(parsed, "optimizer_slots", path.string()))
    checkpoint.optimizer[slot] = take(file, kOptimizerGroup + slot);
  checkpoint.best.weights = take(file, "best");
  try {
    require_all_finite(checkpoint, path.string());
  } catch (const ModelError& error) {
    throw FormatError(path.string(), reason_of(error));  // as of no use as one that is damaged
  }
  return checkpoint;
}

FoundCheckpoint load_newest_checkpoint(const std::filesystem::path& path) {
  std::string problem;
  try {
    return {load_checkpoint(path), {}};
  } catch (const Error& error) {
    problem = bare_reason(error);
  }
  const std::filesystem::path previous = previous_checkpoint(path);
  try {
    return {
        load_checkpoint(previous),
        fmt::format("{} is of no use ({}); going on from the checkpoint before it", path.string(), problem)};
  } catch (const Error& error) {
    throw FormatError("train.resume",
                      fmt::format("neither checkpoint is of use: {}: {}; {}: {}", path.filename().string(),
                                  problem, previous.filename().string(), bare_reason(error)),
                      "train again, with another `out`"_worded);
  }
}

}  // namespace margay::train
