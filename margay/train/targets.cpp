// Labels to tensors.
#include "margay/train/targets.h"

#include <vector>

namespace margay::train {

at::Tensor label_tensor(std::span<const int32_t> labels, at::Device device) {
  return at::tensor(at::IntArrayRef(std::vector<int64_t>(labels.begin(), labels.end())),
                    at::TensorOptions().dtype(at::kLong).device(device));
}

Targets make_targets(data::Batch& batch, const augment::MixRanges& mix, uint64_t seed, int epoch,
                     at::Device device) {
  Targets targets{label_tensor(batch.labels, device)};
  if (mix.empty()) return targets;
  const std::vector<augment::Mix> mixes =
      augment::draw_mixes(mix, batch.random_keys, batch.width, batch.height, seed, epoch);
  augment::mix_batch(mixes, batch.width, batch.height, batch.pixels);
  std::vector<int32_t> others;
  std::vector<float> shares;
  for (const augment::Mix& one : mixes) {
    others.push_back(batch.labels[static_cast<size_t>(one.partner)]);
    shares.push_back(one.weight);
  }
  targets.others = label_tensor(others, device);
  targets.share = at::tensor(shares).to(device);
  return targets;
}

}  // namespace margay::train
