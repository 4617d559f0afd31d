// Blocks of pixels that stay in the first-level cache, so that sums of a few channels stay in registers.
#include "margay/fused/norm_rows.h"

#include <algorithm>

#include "margay/fused/float_lanes.h"

#define MARGAY_INLINE_LAMBDA __attribute__((always_inline))

namespace margay::fused {
namespace {

constexpr int64_t kBlockPixels = 32;

/// Calls `work(lanes, channel, first pixel, pixel behind the last)` block by block, for 16 channels at a time
/// and for the 8 that may be left.
template <class Bits, class Work>
MARGAY_INLINE void for_blocks(int64_t pixels, int channels, const Work& work) {
  for (int64_t first = 0; first < pixels; first += kBlockPixels) {
    const int64_t behind = std::min(pixels, first + kBlockPixels);
    int c = 0;
    for (; c + 16 <= channels; c += 16) work(FloatLanes<Bits, 16>{}, c, first, behind);
    if (c < channels) work(FloatLanes<Bits, 8>{}, c, first, behind);
  }
}

template <class Bits>
MARGAY_INLINE void add_moments_any(int64_t pixels, int channels, const Bits* values, const float* shift,
                                   float* sums, float* squares) {
  const auto work = [&](auto lanes, int c, int64_t first, int64_t behind) MARGAY_INLINE_LAMBDA {
    using L = decltype(lanes);
    using Floats = typename L::Floats;
    const Floats from = L::load_floats(shift + c);
    Floats sum = L::load_floats(sums + c), square = L::load_floats(squares + c);
    for (int64_t i = first; i < behind; ++i) {
      const Floats value = L::load(values + i * channels + c) - from;
      sum += value;
      square += value * value;
    }
    L::store_floats(sum, sums + c);
    L::store_floats(square, squares + c);
  };
  for_blocks<Bits>(pixels, channels, work);
}

template <bool add, bool relu, class Bits>
MARGAY_INLINE void normalize_as(int64_t pixels, int channels, const Bits* values,
                                const Normalization<Bits>& what, Bits* out) {
  const auto work = [&](auto lanes, int c, int64_t first, int64_t behind) MARGAY_INLINE_LAMBDA {
    using L = decltype(lanes);
    using Floats = typename L::Floats;
    const Floats scale = L::load_floats(what.scale + c), offset = L::load_floats(what.offset + c);
    for (int64_t i = first; i < behind; ++i) {
      Floats value = L::load(values + i * channels + c) * scale + offset;
      if (add) value += L::load(what.residual + i * channels + c);
      if (relu) value = value < 0 ? value - value : value;  // NaN stays
      if (relu) value = value > what.ceiling ? Floats{} + what.ceiling : value;
      L::store(value, out + i * channels + c);
    }
  };
  for_blocks<Bits>(pixels, channels, work);
}

template <class Bits>
MARGAY_INLINE void normalize_any(int64_t pixels, int channels, const Bits* values,
                                 const Normalization<Bits>& what, Bits* out) {
  if (what.residual && what.relu) return normalize_as<true, true>(pixels, channels, values, what, out);
  if (what.residual) return normalize_as<true, false>(pixels, channels, values, what, out);
  if (what.relu) return normalize_as<false, true>(pixels, channels, values, what, out);
  normalize_as<false, false>(pixels, channels, values, what, out);
}

enum class Mask { none, by_output, by_values };

template <class Bits>
Mask mask_of(const NormalizedGradient<Bits>& given) {
  if (given.output) return Mask::by_output;
  return given.scale ? Mask::by_values : Mask::none;
}

/// The gradient behind ReLU of the channels from `c` on of one pixel, which begin at `at`.
template <class L, Mask mask, class Bits>
MARGAY_INLINE typename L::Floats gradient_at(const NormalizedGradient<Bits>& given, int64_t at, int c,
                                             const typename L::Floats& value) {
  using Floats = typename L::Floats;
  const Floats gradient = L::load(given.gradient + at);
  if (mask == Mask::none) return gradient;
  const Floats decisive = mask == Mask::by_output
                              ? L::load(given.output + at)
                              : value * L::load_floats(given.scale + c) + L::load_floats(given.offset + c);
  // Above 0 and below the ceiling in one comparison, because GCC 12 makes scalar code of two.
  return decisive * (given.ceiling - decisive) > 0 ? gradient : Floats{};
}

template <Mask mask, class Bits>
MARGAY_INLINE void add_gradients_as(int64_t pixels, int channels, const NormalizedGradient<Bits>& given,
                                    const float* mean, float* sums, float* products, Bits* rectified) {
  const auto work = [&](auto lanes, int c, int64_t first, int64_t behind) MARGAY_INLINE_LAMBDA {
    using L = decltype(lanes);
    using Floats = typename L::Floats;
    const Floats from = L::load_floats(mean + c);
    Floats sum = L::load_floats(sums + c), product = L::load_floats(products + c);
    for (int64_t i = first; i < behind; ++i) {
      const int64_t at = i * channels + c;
      const Floats value = L::load(given.values + at);
      const Floats gradient = gradient_at<L, mask>(given, at, c, value);
      sum += gradient;
      product += gradient * (value - from);
      if (rectified) L::store(gradient, rectified + at);
    }
    L::store_floats(sum, sums + c);
    L::store_floats(product, products + c);
  };
  for_blocks<Bits>(pixels, channels, work);
}

template <class Bits>
MARGAY_INLINE void add_gradients_any(int64_t pixels, int channels, const NormalizedGradient<Bits>& given,
                                     const float* mean, float* sums, float* products, Bits* rectified) {
  switch (mask_of(given)) {
    case Mask::none:
      return add_gradients_as<Mask::none>(pixels, channels, given, mean, sums, products, rectified);
    case Mask::by_output:
      return add_gradients_as<Mask::by_output>(pixels, channels, given, mean, sums, products, rectified);
    case Mask::by_values:
      return add_gradients_as<Mask::by_values>(pixels, channels, given, mean, sums, products, rectified);
  }
}

template <Mask mask, class Bits>
MARGAY_INLINE void value_gradients_as(int64_t pixels, int channels, const NormalizedGradient<Bits>& given,
                                      const ValueGradientFactors& factors, Bits* out) {
  const auto work = [&](auto lanes, int c, int64_t first, int64_t behind) MARGAY_INLINE_LAMBDA {
    using L = decltype(lanes);
    using Floats = typename L::Floats;
    const Floats by_gradient = L::load_floats(factors.by_gradient + c),
                 by_value = L::load_floats(factors.by_value + c),
                 constant = L::load_floats(factors.constant + c);
    for (int64_t i = first; i < behind; ++i) {
      const int64_t at = i * channels + c;
      const Floats value = L::load(given.values + at);
      const Floats gradient = gradient_at<L, mask>(given, at, c, value);
      L::store(gradient * by_gradient + value * by_value + constant, out + at);
    }
  };
  for_blocks<Bits>(pixels, channels, work);
}

template <class Bits>
MARGAY_INLINE void value_gradients_any(int64_t pixels, int channels, const NormalizedGradient<Bits>& given,
                                       const ValueGradientFactors& factors, Bits* out) {
  switch (mask_of(given)) {
    case Mask::none:
      return value_gradients_as<Mask::none>(pixels, channels, given, factors, out);
    case Mask::by_output:
      return value_gradients_as<Mask::by_output>(pixels, channels, given, factors, out);
    case Mask::by_values:
      return value_gradients_as<Mask::by_values>(pixels, channels, given, factors, out);
  }
}

}  // namespace

// Clones are of functions, not of templates.
#define MARGAY_NORM_ROWS(Bits)                                                                      \
  MARGAY_VECTOR_CLONES void add_moments(int64_t pixels, int channels, const Bits* values,           \
                                        const float* shift, float* sums, float* squares) {          \
    add_moments_any(pixels, channels, values, shift, sums, squares);                                \
  }                                                                                                 \
  MARGAY_VECTOR_CLONES void normalize(int64_t pixels, int channels, const Bits* values,             \
                                      const Normalization<Bits>& what, Bits* out) {                 \
    normalize_any(pixels, channels, values, what, out);                                             \
  }                                                                                                 \
  MARGAY_VECTOR_CLONES void add_gradients(int64_t pixels, int channels,                             \
                                          const NormalizedGradient<Bits>& given, const float* mean, \
                                          float* sums, float* products, Bits* rectified) {          \
    add_gradients_any(pixels, channels, given, mean, sums, products, rectified);                    \
  }                                                                                                 \
  MARGAY_VECTOR_CLONES void value_gradients(int64_t pixels, int channels,                           \
                                            const NormalizedGradient<Bits>& given,                  \
                                            const ValueGradientFactors& factors, Bits* out) {       \
    value_gradients_any(pixels, channels, given, factors, out);                                     \
  }

MARGAY_NORM_ROWS(uint16_t)
MARGAY_NORM_ROWS(uint32_t)

}  // namespace margay::fused
