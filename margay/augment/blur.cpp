// Separable Gaussian in whole numbers: values are 16 bits wide with 7 after the point.
#include "margay/augment/blur.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "margay/core/vector_clones.h"

namespace margay::augment {
namespace {

constexpr int kFractionBits = 7;
constexpr int kMostRadius = 30;

/// Half a Gaussian: the middle is added to itself, and counts half.
struct Kernel {
  size_t taps = 0;                                ///< radius + 1
  std::array<uint16_t, kMostRadius + 1> weights;  ///< [k] / 65536 for the pixels k to both sides

  /// What rounding down loses, on average, when all shares are added.
  uint16_t lost() const { return static_cast<uint16_t>(taps / 2); }
};

Kernel gaussian(double sigma) {
  Kernel kernel;
  kernel.taps = static_cast<size_t>(std::clamp(static_cast<int>(std::ceil(3 * sigma)), 1, kMostRadius)) + 1;
  std::array<double, kMostRadius + 1> shares{};
  double sum = 0;
  for (size_t k = 0; k < kernel.taps; ++k) {
    shares[k] = std::exp(-0.5 * std::pow(static_cast<double>(k) / sigma, 2)) / (k == 0 ? 2 : 1);
    sum += 2 * shares[k];
  }
  for (size_t k = 0; k < kernel.taps; ++k)
    kernel.weights[k] = static_cast<uint16_t>(std::lround(65536 * shares[k] / sum));
  return kernel;
}

/// Index of the mirrored picture, with the border pixel once: -1 is 1.
int mirrored(int at, int size) {
  if (size == 1) return 0;
  const int period = 2 * (size - 1);
  const int rest = ((at % period) + period) % period;
  return std::min(rest, period - rest);
}

/// The weighted share of a sum of two values with kFractionBits.
inline uint16_t share_of(uint32_t sum, uint16_t weight) {
  return static_cast<uint16_t>((sum * weight) >> 16);
}

MARGAY_PIXEL_CLONES void add_rows(const uint8_t* upper, const uint8_t* lower, uint16_t weight, size_t count,
                                  uint16_t* __restrict sums) {
  for (size_t i = 0; i < count; ++i) {
    const auto both = static_cast<uint16_t>((upper[i] + lower[i]) << kFractionBits);
    sums[i] = static_cast<uint16_t>(sums[i] + share_of(both, weight));
  }
}

MARGAY_PIXEL_CLONES void add_values(const uint16_t* left, const uint16_t* right, uint16_t weight,
                                    size_t count, uint16_t* __restrict sums) {
  for (size_t i = 0; i < count; ++i) {
    const auto both = static_cast<uint16_t>(left[i] + right[i]);
    sums[i] = static_cast<uint16_t>(sums[i] + share_of(both, weight));
  }
}

MARGAY_PIXEL_CLONES void round_to_bytes(const uint16_t* sums, size_t count, uint8_t* out) {
  for (size_t i = 0; i < count; ++i) out[i] = static_cast<uint8_t>(std::min(sums[i] >> kFractionBits, 255));
}

/// The sums of a column each; the row of `y` is their middle.
void blur_down(const uint8_t* in, int height, int y, const Kernel& kernel, size_t stride, uint16_t* sums) {
  const auto row = [&](int at) { return in + static_cast<size_t>(mirrored(at, height)) * stride; };
  std::fill_n(sums, stride, kernel.lost());
  for (int k = 0; k < static_cast<int>(kernel.taps); ++k)
    add_rows(row(y - k), row(y + k), kernel.weights[static_cast<size_t>(k)], stride, sums);
}

/// `row` has 3 * radius values of room before and after its 3 * width values.
void mirror_ends(uint16_t* row, int width, int radius) {
  for (int k = 1; k <= radius; ++k)
    for (int c = 0; c < 3; ++c) {
      row[-3 * k + c] = row[3 * mirrored(-k, width) + c];
      row[3 * (width - 1 + k) + c] = row[3 * mirrored(width - 1 + k, width) + c];
    }
}

void blur_across(const uint16_t* row, const Kernel& kernel, size_t stride, uint16_t* sums) {
  constexpr int kRounding = 1 << (kFractionBits - 1);
  std::fill_n(sums, stride, static_cast<uint16_t>(kRounding + kernel.lost()));
  for (size_t k = 0; k < kernel.taps; ++k)
    add_values(row - 3 * k, row + 3 * k, kernel.weights[k], stride, sums);
}

}  // namespace

void blur(uint8_t* pixels_u8, int width, int height, double sigma) {
  const Kernel kernel = gaussian(sigma);
  const int radius = static_cast<int>(kernel.taps) - 1;
  const size_t stride = static_cast<size_t>(width) * 3, ends = static_cast<size_t>(radius) * 3;
  thread_local std::vector<uint8_t> original;
  thread_local std::vector<uint16_t> row, sums;
  original.assign(pixels_u8, pixels_u8 + stride * static_cast<size_t>(height));
  row.resize(stride + 2 * ends);
  sums.resize(stride);
  for (int y = 0; y < height; ++y) {
    blur_down(original.data(), height, y, kernel, stride, row.data() + ends);
    mirror_ends(row.data() + ends, width, radius);
    blur_across(row.data() + ends, kernel, stride, sums.data());
    round_to_bytes(sums.data(), stride, pixels_u8 + static_cast<size_t>(y) * stride);
  }
}

}  // namespace margay::augment
