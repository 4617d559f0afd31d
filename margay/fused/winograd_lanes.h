// Channels of a pixel as Winograd's transformations see them, and the products of what comes out. For sources
// of this folder.
#pragma once

#include <cstdint>

#include "margay/fused/avx512.h"

namespace margay::fused {

constexpr int kWinogradLanes = 16;  ///< values of a vector of float32
constexpr int kPositions = 16;      ///< products of a tile, 4 x 4
/// Outputs whose products are made together.
constexpr int kWinogradBlock = 2 * kWinogradLanes;

/// Values that a lane of a product sums up at once: two of bfloat16, one of float32.
template <class Bits>
constexpr int kPerWord = 4 / sizeof(Bits);

#ifdef MARGAY_HAS_AVX512

#define MARGAY_LANES MARGAY_AVX512 __attribute__((always_inline)) static inline

/// 16 channels, whatever they are stored as.
struct ValuesOf16 {
  using Value = __m512;

  MARGAY_LANES Value zero() { return _mm512_setzero_ps(); }
  MARGAY_LANES Value add(Value a, Value b) { return _mm512_add_ps(a, b); }
  MARGAY_LANES Value subtract(Value a, Value b) { return _mm512_sub_ps(a, b); }
  /// a + factor * b
  MARGAY_LANES Value add_scaled(Value a, __m512 factor, Value b) { return _mm512_fmadd_ps(b, factor, a); }
};

struct FloatsOf16 : ValuesOf16 {
  using Bits = uint32_t;

  MARGAY_LANES Value load(const Bits* from) { return _mm512_loadu_ps(from); }
  MARGAY_LANES void store(Value value, Bits* to) { _mm512_storeu_ps(to, value); }
};

struct BrainsOf16 : ValuesOf16 {
  using Bits = uint16_t;

  MARGAY_LANES Value load(const Bits* from) {
    const __m256i bits = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16));
  }
  MARGAY_LANES void store(Value value, Bits* to) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), narrowed(value));
  }
};

/// 32 channels of bfloat16. They are stored with the even ones first, which saves a shuffle: what they are
/// multiplied with has the same order.
struct BrainsOf32 {
  using Bits = uint16_t;
  struct Value {
    __m512 even, odd;
  };

  MARGAY_LANES Value load(const Bits* from) {
    const __m512i words = _mm512_loadu_si512(from);
    return {_mm512_castsi512_ps(_mm512_slli_epi32(words, 16)),
            _mm512_castsi512_ps(_mm512_and_si512(words, _mm512_set1_epi32(static_cast<int>(0xFFFF0000))))};
  }
  MARGAY_LANES void store(const Value& value, Bits* to) {
    _mm512_storeu_si512(to, narrowed(value.even, value.odd));
  }
  MARGAY_LANES Value zero() { return {_mm512_setzero_ps(), _mm512_setzero_ps()}; }
  MARGAY_LANES Value add(const Value& a, const Value& b) {
    return {_mm512_add_ps(a.even, b.even), _mm512_add_ps(a.odd, b.odd)};
  }
  MARGAY_LANES Value subtract(const Value& a, const Value& b) {
    return {_mm512_sub_ps(a.even, b.even), _mm512_sub_ps(a.odd, b.odd)};
  }
  MARGAY_LANES Value add_scaled(const Value& a, __m512 factor, const Value& b) {
    return {_mm512_fmadd_ps(b.even, factor, a.even), _mm512_fmadd_ps(b.odd, factor, a.odd)};
  }
};

/// sum + a * b, of two products a lane in bfloat16.
template <class Bits>
MARGAY_AVX512 __attribute__((always_inline)) inline __m512 add_product(__m512 sum, __m512i a, __m512i b) {
  if constexpr (sizeof(Bits) == 2)
    return add_pair_products(sum, a, b);
  else
    return _mm512_fmadd_ps(_mm512_castsi512_ps(a), _mm512_castsi512_ps(b), sum);
}

/// A word of each of `kPerWord` values.
template <class Bits>
MARGAY_AVX512 __attribute__((always_inline)) inline __m512i words_of(const __m512* values) {
  if constexpr (sizeof(Bits) == 2) {
    static constexpr auto order = [] {
      struct {
        uint16_t from[32];
      } o{};
      for (int i = 0; i < 32; ++i) o.from[i] = static_cast<uint16_t>(i / 2 + i % 2 * 16);
      return o;
    }();
    const auto both = narrowed(values[0], values[1]);
    return _mm512_permutexvar_epi16(_mm512_loadu_si512(order.from), both);
  } else {
    return _mm512_castps_si512(values[0]);
  }
}

/// The 16 x 16 values at `from`, `apart` from one row to the next, with columns for rows.
MARGAY_AVX512 inline void transpose_16(const float* from, int64_t from_apart, float* to, int64_t to_apart) {
  __m512 a[16], b[16];
#pragma GCC unroll 16
  for (int i = 0; i < 16; ++i) a[i] = _mm512_loadu_ps(from + i * from_apart);
#pragma GCC unroll 8
  for (int i = 0; i < 16; i += 2) {
    b[i] = _mm512_unpacklo_ps(a[i], a[i + 1]);
    b[i + 1] = _mm512_unpackhi_ps(a[i], a[i + 1]);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 16; i += 4)
#pragma GCC unroll 2
    for (int half = 0; half < 2; ++half) {
      a[i + 2 * half] = _mm512_shuffle_ps(b[i + half], b[i + 2 + half], 0x44);
      a[i + 2 * half + 1] = _mm512_shuffle_ps(b[i + half], b[i + 2 + half], 0xEE);
    }
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) {  // column i of each quarter, of 16 rows
    const __m512 top_low = _mm512_shuffle_f32x4(a[i], a[i + 4], 0x88);
    const __m512 top_high = _mm512_shuffle_f32x4(a[i], a[i + 4], 0xDD);
    const __m512 bottom_low = _mm512_shuffle_f32x4(a[i + 8], a[i + 12], 0x88);
    const __m512 bottom_high = _mm512_shuffle_f32x4(a[i + 8], a[i + 12], 0xDD);
    _mm512_storeu_ps(to + i * to_apart, _mm512_shuffle_f32x4(top_low, bottom_low, 0x88));
    _mm512_storeu_ps(to + (i + 8) * to_apart, _mm512_shuffle_f32x4(top_low, bottom_low, 0xDD));
    _mm512_storeu_ps(to + (i + 4) * to_apart, _mm512_shuffle_f32x4(top_high, bottom_high, 0x88));
    _mm512_storeu_ps(to + (i + 12) * to_apart, _mm512_shuffle_f32x4(top_high, bottom_high, 0xDD));
  }
}

#endif

}  // namespace margay::fused
