// Floating-point numbers are compared as whole numbers made of their bits, which is fastest and the same for
// bfloat16 and float32; in vectors of GCC's, because its own vectoriser gives up on these loops.
#include "margay/fused/pool_rows.h"

#include <cstring>
#include <type_traits>

#include "margay/core/vector_clones.h"
#include "margay/fused/float_lanes.h"

namespace margay::fused {
namespace {

/// So many channels at once: a number that the compiler knows, since rows of few channels are the long ones.
constexpr int kLanes = 16;

template <class Bits>
struct Lanes {
  using Number = std::make_signed_t<Bits>;
  typedef Number Vector __attribute__((vector_size(kLanes * sizeof(Bits))));
  typedef uint8_t Choices __attribute__((vector_size(kLanes)));

  static constexpr int kSign = 8 * sizeof(Bits) - 1;
  static constexpr Number kMagnitude = static_cast<Number>(static_cast<Bits>(~Bits{0}) >> 1);
  static constexpr Number kInfinity = static_cast<Number>(sizeof(Bits) == 2 ? 0x7F80 : 0x7F800000);

  MARGAY_INLINE static Vector load(const Bits* from) {
    Vector values;
    std::memcpy(&values, from, sizeof values);
    return values;
  }
  MARGAY_INLINE static void store(const Vector& values, Bits* to) { std::memcpy(to, &values, sizeof values); }

  /// Greater for the greater number; NaN is the greatest. Its own inverse but for that.
  MARGAY_INLINE static Vector order_of(Vector bits) {
    const Vector order = bits ^ ((bits >> kSign) & kMagnitude);
    return (bits & kMagnitude) > kInfinity ? Vector{} + kMagnitude : order;
  }
  MARGAY_INLINE static Vector bits_of(Vector order) { return order ^ ((order >> kSign) & kMagnitude); }
  MARGAY_INLINE static Vector most(Vector a, Vector b) { return a > b ? a : b; }
};

template <bool relu, bool remember, class Bits>
MARGAY_INLINE void pool_lanes(const Bits* a, const Bits* b, int channels, Bits* out, uint8_t* choice) {
  using L = Lanes<Bits>;
  using Vector = typename L::Vector;
  const Vector v0 = L::order_of(L::load(a)), v1 = L::order_of(L::load(a + channels)),
               v2 = L::order_of(L::load(b)), v3 = L::order_of(L::load(b + channels));
  Vector most = L::most(L::most(v0, v1), L::most(v2, v3));
  if (remember) {
    Vector which = v2 == most ? Vector{} + 2 : Vector{} + 3;
    which = v1 == most ? Vector{} + 1 : which;
    which = v0 == most ? Vector{} : which;
    if (relu) which = most > 0 ? which : Vector{} + kTakenByRelu;
    const auto choices = __builtin_convertvector(which, typename L::Choices);
    std::memcpy(choice, &choices, sizeof choices);
  }
  if (relu) most = L::most(most, Vector{});
  L::store(L::bits_of(most), out);
}

/// The gradient that went anywhere.
template <class Bits>
MARGAY_INLINE typename FloatLanes<Bits, kLanes>::Floats gone(const typename Lanes<Bits>::Vector& gradient,
                                                             const typename Lanes<Bits>::Vector& chosen) {
  using F = FloatLanes<Bits, kLanes>;
  const typename Lanes<Bits>::Vector values = gradient & (chosen < kTakenByRelu);
  return F::widened(reinterpret_cast<const typename F::Stored&>(values));
}

template <class Bits>
MARGAY_INLINE typename Lanes<Bits>::Vector load_choices(const uint8_t* from) {
  typename Lanes<Bits>::Choices choices;
  std::memcpy(&choices, from, sizeof choices);
  return __builtin_convertvector(choices, typename Lanes<Bits>::Vector);
}

/// Returns the gradient that went anywhere.
template <class Bits>
MARGAY_INLINE typename FloatLanes<Bits, kLanes>::Floats unpool_lanes(const Bits* gradient,
                                                                     const uint8_t* choice, int channels,
                                                                     Bits* a, Bits* b) {
  using L = Lanes<Bits>;
  const typename L::Vector values = L::load(gradient), chosen = load_choices<Bits>(choice);
  L::store(values & (chosen == 0), a);
  L::store(values & (chosen == 1), a + channels);
  L::store(values & (chosen == 2), b);
  L::store(values & (chosen == 3), b + channels);
  return gone<Bits>(values, chosen);
}

/// The channels behind the last full vector, in a vector of their own.
template <bool relu, bool remember, class Bits>
MARGAY_INLINE void pool_rest(const Bits* a, const Bits* b, int channels, int rest, Bits* out,
                             uint8_t* choice) {
  Bits above[2 * kLanes] = {}, below[2 * kLanes] = {}, pooled[kLanes];
  uint8_t chosen[kLanes];
  for (int c = 0; c < rest; ++c) {
    above[c] = a[c], above[kLanes + c] = a[channels + c];
    below[c] = b[c], below[kLanes + c] = b[channels + c];
  }
  pool_lanes<relu, remember>(above, below, kLanes, pooled, chosen);
  for (int c = 0; c < rest; ++c) out[c] = pooled[c];
  for (int c = 0; remember && c < rest; ++c) choice[c] = chosen[c];
}

template <bool relu, bool remember, class Bits>
MARGAY_INLINE void pool_pixels(const PoolRow& row, const Bits* top, const Bits* bottom, Bits* out,
                               uint8_t* choice) {
  const int channels = row.channels, full = channels / kLanes * kLanes;
  for (int x = 0; x < row.out_width; ++x) {
    for (int c = 0; c < full; c += kLanes)
      pool_lanes<relu, remember>(top + c, bottom + c, channels, out + c, remember ? choice + c : nullptr);
    if (full < channels)
      pool_rest<relu, remember>(top + full, bottom + full, channels, channels - full, out + full,
                                remember ? choice + full : nullptr);
    top += 2 * channels, bottom += 2 * channels, out += channels;
    if (remember) choice += channels;
  }
}

template <class Bits>
MARGAY_INLINE void pool_any(const PoolRow& row, const Bits* top, const Bits* bottom, Bits* out,
                            uint8_t* choice) {
  if (row.relu && choice) return pool_pixels<true, true>(row, top, bottom, out, choice);
  if (row.relu) return pool_pixels<true, false>(row, top, bottom, out, choice);
  if (choice) return pool_pixels<false, true>(row, top, bottom, out, choice);
  pool_pixels<false, false>(row, top, bottom, out, choice);
}

template <class Bits>
MARGAY_INLINE void unpool_any(const PoolRow& row, const Bits* gradient, const uint8_t* choice, Bits* top,
                              Bits* bottom, float* sums) {
  const int channels = row.channels, full = channels / kLanes * kLanes;
  for (int c = 0; c < full; c += kLanes) {
    typename FloatLanes<Bits, kLanes>::Floats sum{};
    for (int x = 0, at = c; x < row.out_width; ++x, at += channels) {
      const int wide = at + x * channels;
      sum += unpool_lanes(gradient + at, choice + at, channels, top + wide, bottom + wide);
    }
    for (int lane = 0; lane < kLanes; ++lane) sums[c + lane] += sum[lane];
  }
  for (int c = full; c < channels; ++c)
    for (int x = 0, at = c; x < row.out_width; ++x, at += channels) {
      const int wide = at + x * channels;
      top[wide] = choice[at] == 0 ? gradient[at] : Bits{0};
      top[wide + channels] = choice[at] == 1 ? gradient[at] : Bits{0};
      bottom[wide] = choice[at] == 2 ? gradient[at] : Bits{0};
      bottom[wide + channels] = choice[at] == 3 ? gradient[at] : Bits{0};
      if (choice[at] != kTakenByRelu) sums[c] += widened(gradient[at]);
    }
}

template <class Bits>
MARGAY_INLINE void add_pixels_any(int64_t pixels, int channels, const Bits* values, float* sums) {
  using F = FloatLanes<Bits, kLanes>;
  const int full = channels / kLanes * kLanes;
  for (int c = 0; c < full; c += kLanes) {
    typename F::Floats sum{};
    for (int64_t i = 0; i < pixels; ++i) sum += F::load(values + i * channels + c);
    for (int lane = 0; lane < kLanes; ++lane) sums[c + lane] += sum[lane];
  }
  for (int c = full; c < channels; ++c)
    for (int64_t i = 0; i < pixels; ++i) sums[c] += widened(values[i * channels + c]);
}

template <class Bits>
MARGAY_INLINE void add_chosen_any(int64_t pixels, int channels, const Bits* gradient, const uint8_t* choice,
                                  float* sums) {
  const int full = channels / kLanes * kLanes;
  for (int c = 0; c < full; c += kLanes) {
    typename FloatLanes<Bits, kLanes>::Floats sum{};
    for (int64_t i = 0, at = c; i < pixels; ++i, at += channels)
      sum += gone<Bits>(Lanes<Bits>::load(gradient + at), load_choices<Bits>(choice + at));
    for (int lane = 0; lane < kLanes; ++lane) sums[c + lane] += sum[lane];
  }
  for (int c = full; c < channels; ++c)
    for (int64_t i = 0; i < pixels; ++i)
      if (choice[i * channels + c] != kTakenByRelu) sums[c] += widened(gradient[i * channels + c]);
}

template <class Bits>
MARGAY_INLINE void unrectify_any(int64_t count, const Bits* gradient, const Bits* output, Bits* out) {
  for (int64_t i = 0; i < count; ++i)
    out[i] = static_cast<std::make_signed_t<Bits>>(output[i]) > 0 ? gradient[i] : Bits{0};
}

template <class Bits>
MARGAY_INLINE void rectify_any(int64_t count, Bits* values) {
  constexpr auto kNegativeInfinity = static_cast<Bits>(Lanes<Bits>::kInfinity | ~Lanes<Bits>::kMagnitude);
  constexpr auto kSignBit = static_cast<Bits>(~Lanes<Bits>::kMagnitude);
  for (int64_t i = 0; i < count; ++i)
    values[i] = values[i] >= kSignBit && values[i] <= kNegativeInfinity ? Bits{0} : values[i];
}

}  // namespace

MARGAY_VECTOR_CLONES void pool_row(const PoolRow& row, const uint16_t* top, const uint16_t* bottom,
                                   uint16_t* out, uint8_t* choice) {
  pool_any(row, top, bottom, out, choice);
}

MARGAY_VECTOR_CLONES void pool_row(const PoolRow& row, const uint32_t* top, const uint32_t* bottom,
                                   uint32_t* out, uint8_t* choice) {
  pool_any(row, top, bottom, out, choice);
}

MARGAY_VECTOR_CLONES void unpool_row(const PoolRow& row, const uint16_t* gradient, const uint8_t* choice,
                                     uint16_t* top, uint16_t* bottom, float* sums) {
  unpool_any(row, gradient, choice, top, bottom, sums);
}

MARGAY_VECTOR_CLONES void unpool_row(const PoolRow& row, const uint32_t* gradient, const uint8_t* choice,
                                     uint32_t* top, uint32_t* bottom, float* sums) {
  unpool_any(row, gradient, choice, top, bottom, sums);
}

MARGAY_VECTOR_CLONES void add_chosen(int64_t pixels, int channels, const uint16_t* gradient,
                                     const uint8_t* choice, float* sums) {
  add_chosen_any(pixels, channels, gradient, choice, sums);
}

MARGAY_VECTOR_CLONES void add_chosen(int64_t pixels, int channels, const uint32_t* gradient,
                                     const uint8_t* choice, float* sums) {
  add_chosen_any(pixels, channels, gradient, choice, sums);
}

MARGAY_VECTOR_CLONES void rectify(int64_t count, uint16_t* values) {
  rectify_any(count, values);
}

MARGAY_VECTOR_CLONES void rectify(int64_t count, uint32_t* values) {
  rectify_any(count, values);
}

MARGAY_VECTOR_CLONES void unrectify(int64_t count, const uint16_t* gradient, const uint16_t* output,
                                    uint16_t* out) {
  unrectify_any(count, gradient, output, out);
}

MARGAY_VECTOR_CLONES void unrectify(int64_t count, const uint32_t* gradient, const uint32_t* output,
                                    uint32_t* out) {
  unrectify_any(count, gradient, output, out);
}

MARGAY_VECTOR_CLONES void add_pixels(int64_t pixels, int channels, const uint16_t* values, float* sums) {
  add_pixels_any(pixels, channels, values, sums);
}

MARGAY_VECTOR_CLONES void add_pixels(int64_t pixels, int channels, const uint32_t* values, float* sums) {
  add_pixels_any(pixels, channels, values, sums);
}

}  // namespace margay::fused
