// The quantiles once; then 12 bits choose the noise of a value.
#include "margay/augment/noise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "margay/core/vector_clones.h"

namespace margay::augment {
namespace {

constexpr int kLevelBits = 12;
constexpr int kLevels = 1 << kLevelBits;
constexpr int kLevelsPerWord = 64 / kLevelBits;
constexpr int kBlockValues = 64 * kLevelsPerWord;

/// Newton's method from a start that is near.
double normal_quantile(double probability, double start) {
  double x = start;
  for (int i = 0; i < 8; ++i) {
    const double below = 0.5 * std::erfc(-x / std::numbers::sqrt2);
    const double density = std::exp(-0.5 * x * x) / std::sqrt(2 * std::numbers::pi);
    x -= (below - probability) / density;
  }
  return x;
}

/// Writes kBlockValues levels.
void draw_noise(const int16_t* levels, Random& random, int16_t* noise) {
  for (int i = 0; i < kBlockValues; i += kLevelsPerWord) {
    uint64_t bits = random.bits();
    for (int k = 0; k < kLevelsPerWord; ++k, bits >>= kLevelBits) noise[i + k] = levels[bits % kLevels];
  }
}

MARGAY_PIXEL_CLONES void add_clamped(const int16_t* noise, size_t count, uint8_t* values) {
  for (size_t i = 0; i < count; ++i)
    values[i] = static_cast<uint8_t>(std::clamp(values[i] + noise[i], 0, 255));
}

}  // namespace

std::vector<int16_t> noise_levels(double sigma) {
  std::vector<int16_t> levels(kLevels);
  double quantile = 0;
  for (int i = kLevels / 2; i < kLevels; ++i) {
    quantile = normal_quantile((i + 0.5) / kLevels, quantile);
    const auto level = static_cast<int16_t>(std::lround(255 * sigma * quantile));
    levels[static_cast<size_t>(i)] = level;
    levels[static_cast<size_t>(kLevels - 1 - i)] = static_cast<int16_t>(-level);
  }
  return levels;
}

void add_noise(uint8_t* values_u8, size_t count, const std::vector<int16_t>& levels, Random& random) {
  std::array<int16_t, kBlockValues> noise;
  for (size_t first = 0; first < count; first += kBlockValues) {
    draw_noise(levels.data(), random, noise.data());
    add_clamped(noise.data(), std::min<size_t>(kBlockValues, count - first), values_u8 + first);
  }
}

}  // namespace margay::augment
