// What the pictures of a batch show, as tensors; mixing changes both.
#pragma once

#include <cstdint>
#include <span>

#include "margay/augment/batch_mix.h"
#include "margay/data/loader.h"
#include "margay/engine/torch.h"
#include "margay/train/loss.h"

namespace margay::train {

/// Labels as int64 `[N]`.
at::Tensor label_tensor(std::span<const int32_t> labels, at::Device device);

/// The targets of a training batch. Where `mix` is not empty the pictures are mixed in pairs, in place, as
/// (seed, epoch, draw) decide, and the targets have the shares that the pixels show.
Targets make_targets(data::Batch& batch, const augment::MixRanges& mix, uint64_t seed, int epoch,
                     at::Device device);

}  // namespace margay::train
