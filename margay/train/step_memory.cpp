// Adds up what the way back needs of the way forward.
#include "margay/train/step_memory.h"

#include <algorithm>
#include <vector>

#include "margay/core/cpu.h"
#include "margay/core/error.h"
#include "margay/core/number_text.h"
#include "margay/core/option_text.h"
#include "margay/graph/operator.h"
#include "margay/graph/summary.h"
#include "margay/graph/with_input.h"
#include "margay/train/decide.h"
#include "margay/train/picture_sizes.h"

namespace margay::train {
namespace {

data::PictureSize largest_size(const recipe::Config& config) {
  const PictureSizes sizes(config);
  return *std::ranges::max_element(sizes.all(), {}, pixels);
}

/// Values, of one picture, that wait for the way back. What an alias gives may be its input itself, whose
/// memory must not be counted twice.
int64_t kept_values(const graph::Graph& graph) {
  std::vector<bool> kept(graph.nodes().size());
  for (const graph::Node& node : graph.nodes())
    if (graph::operator_of(node).has_weight_matrix) kept[node.inputs[0]] = true;
  int64_t values = 0;
  for (size_t i = 0; i < kept.size(); ++i)
    if (kept[i] && !graph::operator_of(graph.nodes()[i]).is_alias)
      values += graph::element_count(graph.shape(static_cast<int>(i)));
  return values;
}

/// A weight, its gradient, and the moments of those optimisers that always have them.
uint64_t copies_of_weights(const recipe::Config& config) {
  const recipe::OptimizerName name = config.optimizer.name;
  return name == recipe::OptimizerName::adam || name == recipe::OptimizerName::adamw ? 4 : 2;
}

/// The network for the largest pictures.
graph::Graph largest_graph(const graph::Graph& graph, const recipe::Config& config) try {
  const data::PictureSize size = largest_size(config);
  return graph::with_input(graph, {3, size.height, size.width});
} catch (const ModelError&) {
  return graph;  // whoever trains it says why it cannot take them
}

/// What takes less where so many pictures at the most fit.
std::string hint_for(uint64_t most) {
  if (most == 0) return "`size` takes smaller pictures"_worded;
  std::string hint = option_text("batch_size", std::to_string(most)) +
                     " or less; `training.accumulate=N` adds several batches up to a step"_worded;
  // Not every command has that option.
  if (const std::string cache = option_text("cache"); !cache.empty())
    hint += "; " + cache + " takes less for decoded pictures";
  return hint;
}

/// A batch that is larger than the data is all of them.
int pictures_of_batch(const recipe::Config& config, size_t pictures) {
  return static_cast<int>(std::min(static_cast<size_t>(config.training.batch_size), pictures));
}

}  // namespace

StepMemory step_memory(const graph::Graph& graph, const recipe::Config& config) {
  const uint64_t value_bytes = config.training.precision == recipe::Precision::bf16 ? 2 : sizeof(float);
  return {static_cast<uint64_t>(kept_values(largest_graph(graph, config))) * value_bytes,
          static_cast<uint64_t>(graph::summarize(graph).trained_parameters) * sizeof(float) *
              copies_of_weights(config)};
}

void require_step_fits(const StepMemory& memory, const recipe::Config& config, size_t pictures,
                       uint64_t available_bytes) {
  const int batch = pictures_of_batch(config, pictures);
  if (config.training.device == recipe::Device::cuda || memory.of(batch) <= available_bytes) return;
  const data::PictureSize size = largest_size(config);
  const uint64_t left = available_bytes - std::min(available_bytes, memory.weights);
  const uint64_t most = memory.per_picture == 0 ? 0 : left / memory.per_picture;
  throw UsageError("train",
                   fmt::format("a step of {} of {} x {} takes {} at the least, and there are {}",
                               counted(batch, "picture"), size.width, size.height,
                               format_bytes(memory.of(batch)), format_bytes(available_bytes)),
                   hint_for(most));
}

uint64_t require_step_memory(const recipe::Config& wanted, const data::Dataset& dataset) {
  const recipe::Config config = decide(wanted);
  const auto classes = static_cast<int>(dataset.classes.size());
  if (config.training.method == recipe::Method::head || classes < 2 || !dataset.has_split("train")) return 0;
  const StepMemory memory = step_memory(recipe::build_network(config, classes), config);
  const size_t pictures = dataset.split("train").samples.size();
  require_step_fits(memory, config, pictures, available_memory_bytes());
  return memory.of(pictures_of_batch(config, pictures));
}

}  // namespace margay::train
