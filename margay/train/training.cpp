// Puts a training together from its configuration.
#include "margay/train/training.h"

#include <algorithm>
#include <utility>

#include "margay/core/bare_reason.h"
#include "margay/core/cpu.h"
#include "margay/core/option_text.h"
#include "margay/engine/input.h"
#include "margay/engine/precision.h"
#include "margay/graph/logits.h"
#include "margay/graph/with_input.h"
#include "margay/runtime/omp_threads.h"
#include "margay/train/class_balance.h"
#include "margay/train/decide.h"
#include "margay/train/optimizer/layer_rates.h"
#include "margay/train/phases.h"
#include "margay/train/step_memory.h"

namespace margay::train {
namespace {

at::Device device_of(const recipe::Config& config) {
  return config.training.device == recipe::Device::cuda ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
}

/// No transform, whatever the configuration says: validation is never augmented.
data::LoaderOptions validation_options(const recipe::Config& config) {
  data::LoaderOptions options;
  options.batch_size = config.training.batch_size;
  options.seed = config.training.seed;
  return options;
}

data::LoaderOptions training_options(const recipe::Config& config, CustomTransform own) {
  data::LoaderOptions options = validation_options(config);
  options.shuffle = true;
  options.balance_classes = config.training.balance == recipe::Balance::sample;
  auto pipeline = augment::Pipeline::parse(config.augment);
  if (own || !pipeline.empty() || !config.schedule.sizes.empty())
    options.transform = [pipeline, own = std::move(own), kernel = config.input.kernel](
                            image::ImageView in, image::ImageSpan out, Random& random, bool alternate_flip) {
      pipeline.apply(in, out, random, alternate_flip, kernel);
      if (own) own(out, random);
    };
  return options;
}

at::Tensor class_weights(const recipe::Config& config, const TrainingData& data, at::Device device) {
  if (config.training.balance != recipe::Balance::weights) return {};
  return at::tensor(balanced_weights(count_classes(data.train.labels(), data.classes.size()))).to(device);
}

/// libtorch has a second pool beside OpenMP's, and waits for ever where it gets no threads.
void require_computing_threads(int threads) {
  runtime::require_omp_threads(threads);
  require_threads(threads - 1);
}

engine::Network make_network(const recipe::Config& config, const TrainingData& data, at::Device device) {
  const graph::Graph graph = recipe::build_network(config, static_cast<int>(data.classes.size()));
  if (!config.network.has_begun) graph::require_logits(graph, "network");
  require_step_fits(step_memory(graph, config), config, data.train.size(), available_memory_bytes());
  return {graph, graph::initialize(graph, config.network.initializer, config.training.seed), device,
          config.training.fuse == recipe::Fuse::on ? engine::Fusion::on : engine::Fusion::off};
}

/// Better before the first epoch than in the middle of the training.
void require_sizes_fit(const PictureSizes& sizes, const graph::Graph& graph) try {
  for (const data::PictureSize& size : sizes.all())
    (void)graph::with_input(graph, {3, size.height, size.width});
} catch (const ModelError& error) {
  throw UsageError(
      "train",
      "schedule.sizes asks for a network that takes pictures of several sizes: " + bare_reason(error),
      "`schedule.sizes=[]` shows it pictures of one size"_worded);
}

}  // namespace

Training::Training(recipe::Config wanted, std::shared_ptr<const TrainingData> pictures,
                   CustomTransform transform)
    : config(recipe::as_planned(decide(std::move(wanted), *pictures))),
      data(std::move(pictures)),
      device(device_of(config)),
      pool(config.training.threads),
      network(make_network(config, *data, device)),
      optimizer(make_optimizer(optimized_parameters(), config.optimizer)),
      loss(config.loss, class_weights(config, *data, device)),
      loader(data->train, pool, training_options(config, std::move(transform))),
      mix(augment::Pipeline::parse(config.augment).mix()),
      sizes(config),
      length(config.training.epochs),
      time_left(loader.batches(), sizes, config.training.validate_every) {
  require_computing_threads(computing_threads());
  require_sizes_fit(sizes, network.graph());
  if (data->validation) validation_loader.emplace(*data->validation, pool, validation_options(config));
}

int Training::computing_threads() const {
  return config.training.deterministic ? 1 : config.training.threads;
}

bool Training::is_between_steps() const {
  return progress.next_step % config.training.accumulate == 0 || is_epoch_done();
}

int64_t Training::steps_per_epoch() const {
  const int accumulate = config.training.accumulate;
  return (loader.batches() + accumulate - 1) / accumulate;
}

augment::MixRanges Training::mix_of_batch() const {
  if (!may_mix(config.mixing, length.progress(progress.epoch, 0))) return {};
  Random random{hash_text("mixed batch"), config.training.seed, static_cast<uint64_t>(progress.epoch),
                static_cast<uint64_t>(progress.next_step)};
  return random.chance(config.mixing.share) ? mix : augment::MixRanges{};
}

bool Training::validates(int epoch) const {
  return epoch % config.training.validate_every == 0 || epoch >= length.epochs();
}

/// Kernels and matrices decay; not so what has one dimension (biases, scales and shifts of normalisations) or
/// three (factors of layer_scale, class tokens, positions).
std::vector<OptimizedParameter> Training::optimized_parameters() const {
  const std::vector<double> rates = layer_rates(network.graph(), config.optimizer.first_to_last_lr_ratio);
  std::vector<OptimizedParameter> parameters;
  for (size_t i = 0; i < rates.size(); ++i)
    if (const auto& [name, tensor, trained] = network.tensors()[i]; trained)
      parameters.push_back({tensor, tensor.dim() % 2 == 0, rates[i]});
  return parameters;
}

engine::ForwardContext Training::training_context(const data::Batch& batch) const {
  return {.training = true,
          .seed = config.training.seed,
          .epoch = progress.epoch,
          .samples = batch.random_keys,
          .batch_norm_is_frozen = config.training.batch_norm == recipe::BatchNorm::frozen};
}

at::Tensor Training::forward(const data::Batch& batch, const engine::ForwardContext& context) {
  const bool is_bf16 = config.training.precision == recipe::Precision::bf16;
  image::Preprocess spec = config.input;
  spec.width = batch.width;
  spec.height = batch.height;
  const at::Tensor input =
      engine::make_input(batch.pixels, batch.size, spec, is_bf16 ? at::kBFloat16 : at::kFloat, device);
  const engine::AutocastGuard autocast(device, is_bf16);
  return network.forward(input, context);
}

void Training::change_length(double done, double epochs) {
  length.change(done, epochs);
  if (length.epochs() > 0) recipe::change_epochs(config, length.epochs());
}

}  // namespace margay::train
