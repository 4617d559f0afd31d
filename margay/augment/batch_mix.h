// mixup and CutMix: the pictures of a batch and their labels, mixed in pairs.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "margay/augment/box.h"

namespace margay::augment {

/// How a batch is mixed. With both, every picture is mixed in one of the two ways, each with probability 1/2.
struct MixRanges {
  double mixup = 0;   ///< alpha: pictures are blended, shares from Beta(alpha, alpha); 0 = not
  double cutmix = 0;  ///< alpha: a box is pasted, the share of its area from Beta(alpha, alpha); 0 = not

  bool empty() const { return mixup == 0 && cutmix == 0; }
  bool operator==(const MixRanges&) const = default;
};

/// What happens to one picture of a batch.
struct Mix {
  int partner = 0;  ///< index in the batch of the picture mixed in
  float weight =
      1;    ///< share of its own label; the partner's label has 1 - weight. Exactly what the pixels show
  Box box;  ///< CutMix: the part copied from the partner, empty when nothing is; mixup: empty
  int blended = 256;  ///< mixup: share of its own pixels in 1/256; CutMix: 256

  bool operator==(const Mix&) const = default;
};

/// The mixes of a batch. The partner of picture i is picture i + 1 (the first is the last one's), the rest is
/// drawn from (seed, epoch, samples[i]) alone. `samples` is what data::Batch calls so, [N]; N may be 1.
/// Throws UsageError when the ranges are empty.
std::vector<Mix> draw_mixes(const MixRanges& ranges, std::span<const uint32_t> samples, int width, int height,
                            uint64_t seed, int epoch);

/// Mixes a batch in place; pixels_u8 is [N, height, width, 3].
void mix_batch(std::span<const Mix> mixes, int width, int height, std::span<uint8_t> pixels_u8);

/// Mixes one picture in place with its partner as it was before mixing, both [height, width, 3].
void mix_picture(const Mix& mix, int width, int height, const uint8_t* partner_u8, uint8_t* own_u8);

}  // namespace margay::augment
