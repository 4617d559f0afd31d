// Draws shares and boxes as their papers do (Zhang et al. 2018; Yun et al. 2019), and mixes bytes.
#include "margay/augment/batch_mix.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "margay/core/error.h"
#include "margay/core/random.h"
#include "margay/core/vector_clones.h"

namespace margay::augment {
namespace {

constexpr const char* kWhere = "augment.batch_mix";
constexpr int kWhole = 256;

/// Logarithm of a Gamma(shape, 1) variate: Marsaglia and Tsang 2000, whose step for shapes below 1 would
/// underflow without it.
double log_gamma_variate(double shape, Random& random) {
  if (shape < 1) {
    const double log_power = std::log(1 - random.uniform()) / shape;
    return log_gamma_variate(shape + 1, random) + log_power;
  }
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = random.normal(), root = 1 + c * x;
    if (root <= 0) continue;
    const double v = root * root * root;
    if (std::log(1 - random.uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return std::log(d * v);
  }
}

/// Beta(alpha, alpha), in [0, 1].
double beta_variate(double alpha, Random& random) {
  const double a = log_gamma_variate(alpha, random), b = log_gamma_variate(alpha, random);
  return 1 / (1 + std::exp(b - a));
}

Mix draw_mixup(double alpha, Random& random) {
  Mix mix;
  mix.blended = static_cast<int>(std::lround(kWhole * beta_variate(alpha, random)));
  mix.weight = static_cast<float>(mix.blended) / kWhole;
  return mix;
}

/// The box has its centre anywhere and is cut at the border; the label follows what is left of it.
Mix draw_cutmix(double alpha, int width, int height, Random& random) {
  const double half_side = 0.5 * std::sqrt(1 - beta_variate(alpha, random));
  const auto center_x = static_cast<int>(random.below(static_cast<uint64_t>(width)));
  const auto center_y = static_cast<int>(random.below(static_cast<uint64_t>(height)));
  const int half_width = static_cast<int>(half_side * width),
            half_height = static_cast<int>(half_side * height);
  Mix mix;
  mix.box.x = std::max(center_x - half_width, 0);
  mix.box.y = std::max(center_y - half_height, 0);
  mix.box.width = std::min(center_x + half_width, width) - mix.box.x;
  mix.box.height = std::min(center_y + half_height, height) - mix.box.y;
  const double pixels = static_cast<double>(width) * height;
  mix.weight = static_cast<float>(1 - static_cast<double>(mix.box.width) * mix.box.height / pixels);
  return mix;
}

MARGAY_PIXEL_CLONES void blend_bytes(const uint8_t* partner, size_t count, int own_share,
                                     uint8_t* __restrict own) {
  const auto mine = static_cast<uint16_t>(own_share), theirs = static_cast<uint16_t>(kWhole - own_share);
  for (size_t i = 0; i < count; ++i) {
    const auto sum = static_cast<uint16_t>(own[i] * mine + partner[i] * theirs + kWhole / 2);
    own[i] = static_cast<uint8_t>(sum >> 8);
  }
}

}  // namespace

std::vector<Mix> draw_mixes(const MixRanges& ranges, std::span<const uint32_t> samples, int width, int height,
                            uint64_t seed, int epoch) {
  require(!ranges.empty(), kWhere, "neither mixup nor cutmix");
  std::vector<Mix> mixes;
  for (size_t i = 0; i < samples.size(); ++i) {
    Random random{hash_text("mix"), seed, static_cast<uint64_t>(epoch), samples[i]};
    const bool cut = random.chance(0.5) ? ranges.cutmix > 0 : ranges.mixup == 0;
    mixes.push_back(cut ? draw_cutmix(ranges.cutmix, width, height, random)
                        : draw_mixup(ranges.mixup, random));
    mixes.back().partner = static_cast<int>((i + 1) % samples.size());
  }
  return mixes;
}

void mix_picture(const Mix& mix, int width, int height, const uint8_t* partner_u8, uint8_t* own_u8) {
  if (mix.blended < kWhole)
    blend_bytes(partner_u8, static_cast<size_t>(width) * height * 3, mix.blended, own_u8);
  for (int y = mix.box.y; y < mix.box.y + mix.box.height; ++y) {
    const size_t start = (static_cast<size_t>(y) * width + mix.box.x) * 3;
    std::memcpy(own_u8 + start, partner_u8 + start, static_cast<size_t>(mix.box.width) * 3);
  }
}

void mix_batch(std::span<const Mix> mixes, int width, int height, std::span<uint8_t> pixels_u8) {
  const size_t bytes = static_cast<size_t>(width) * height * 3;
  require(
      pixels_u8.size() == mixes.size() * bytes, kWhere,
      fmt::format("{} bytes of pixels, expected {} pictures of {}", pixels_u8.size(), mixes.size(), bytes));
  if (mixes.size() < 2) return;
  // Every picture but the first is still as it was when the one before it needs it.
  const std::vector<uint8_t> first(pixels_u8.begin(), pixels_u8.begin() + static_cast<ptrdiff_t>(bytes));
  for (size_t i = 0; i < mixes.size(); ++i) {
    const size_t next = i + 1;
    const uint8_t* const partner = next < mixes.size() ? pixels_u8.data() + next * bytes : first.data();
    mix_picture(mixes[i], width, height, partner, pixels_u8.data() + i * bytes);
  }
}

}  // namespace margay::augment
