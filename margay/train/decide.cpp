// One decision for every "auto" and 0.
#include "margay/train/decide.h"

#include <ATen/detail/CUDAHooksInterface.h>

#include <algorithm>
#include <utility>

#include "margay/core/cpu.h"
#include "margay/core/error.h"
#include "margay/core/option_text.h"
#include "margay/core/sha256.h"
#include "margay/engine/torch.h"
#include "margay/runtime/cpu_engine.h"
#include "margay/train/class_balance.h"
#include "margay/weights/published.h"

namespace margay::train {
namespace {

recipe::Device decide_device(recipe::Device wanted) {
  const bool has_cuda = at::hasCUDA();
  require(wanted != recipe::Device::cuda || has_cuda, "train",
          "there is no CUDA device, or libtorch was built without CUDA",
          "`device=cpu` trains on the processor"_worded);
  if (wanted != recipe::Device::automatic) return wanted;
  return has_cuda ? recipe::Device::cuda : recipe::Device::cpu;
}

/// From compute capability 8.0 (Ampere) on; before, bf16 is emulated, and slower than fp32. libtorch asks the
/// device the same question before it lets cuDNN convolve in bf16.
bool cuda_has_bf16() {
  return at::detail::getCUDAHooks().supportsBFloat16ConvolutionWithCuDNNv8();
}

recipe::Precision decide_precision(recipe::Precision wanted, recipe::Device device) {
  require(
      wanted != recipe::Precision::bf16 || device == recipe::Device::cuda || runtime::onednn_computes_bf16(),
      "train",
      "training.precision is bf16, and this processor has no AVX-512, or oneDNN may not use it: sums in "
      "bfloat16 would make the gradients wrong",
      "`precision=fp32`"_worded);
  if (wanted != recipe::Precision::automatic) return wanted;
  const bool fast = device == recipe::Device::cuda ? cuda_has_bf16() : runtime::onednn_has_bf16();
  return fast ? recipe::Precision::bf16 : recipe::Precision::fp32;
}

/// Threads that wait for each other take time with the square of their number: far more than there are
/// processors make a training that does not end. Some more are let be, so that a run of a large machine
/// repeats on a small one.
int decide_threads(int wanted) {
  constexpr int kPerProcessor = 16, kLeastLimit = 256;
  if (wanted == 0) return usable_cpus();
  const int limit = std::max(kLeastLimit, kPerProcessor * usable_cpus());
  require(wanted <= limit, "train",
          fmt::format("training.threads is {}, and this process may use {} processors; expected {} at most",
                      wanted, usable_cpus(), limit),
          "`threads=0` takes as many as there are processors"_worded);
  return wanted;
}

/// Features are computed once, in float32, by what predicts.
void decide_for_head(recipe::TrainingConfig& training) {
  require(training.device != recipe::Device::cuda && training.precision != recipe::Precision::bf16, "train",
          "training.method = \"head\" computes in fp32 on the processor",
          "`device=cpu` `precision=fp32`"_worded);
  training.device = recipe::Device::cpu;
  training.precision = recipe::Precision::fp32;
  training.keep = recipe::Keep::last;
  training.epochs = 1;
  training.patience = 0;
}

/// Of the weights that a training begins with. A run that goes on knows it already, and does without the
/// file.
std::string hash_of_weights(const recipe::Config& config) try {
  const recipe::NetworkConfig& network = config.network;
  if (network.weights.empty() || !config.source.weights_sha256.empty()) return config.source.weights_sha256;
  return sha256_hex_of_file(weights::resolve_weights(network.name, network.weights));
} catch (const Error&) {
  return {};  // whoever needs the file says that it is not there
}

}  // namespace

recipe::Config decide(recipe::Config config) {
  require(config.training.method == recipe::Method::steps || !config.network.weights.empty(), "train",
          "a head is fitted to what a trained network sees, and no weights are named",
          "`weights=imagenet`, a file or a run directory; or train all of the network, such as with "
          "`recipe=scratch`"_worded);
  if (config.training.method == recipe::Method::head) decide_for_head(config.training);
  config.training.device = decide_device(config.training.device);
  config.training.precision = decide_precision(config.training.precision, config.training.device);
  config.training.threads = decide_threads(config.training.threads);
  return config;
}

recipe::Config decide(recipe::Config config, const TrainingData& data) {
  config = decide(std::move(config));
  require(config.training.patience == 0 || data.validation, "train",
          "training.patience watches the validation loss, and there are no validation pictures",
          "hold some back with `validation=0.2`, or leave training.patience at 0"_worded);
  require(config.training.keep != recipe::Keep::best || data.validation, "train",
          "training.keep = \"best\" chooses the epoch by validation accuracy, and there are no validation "
          "pictures",
          "hold some back with `validation=0.2`, or `keep=last`"_worded);
  config.source.classes = data.classes;
  config.source.weights_sha256 = hash_of_weights(config);
  config.training.balance =
      decide_balance(config.training.balance, count_classes(data.train.labels(), data.classes.size()));
  return config;
}

}  // namespace margay::train
