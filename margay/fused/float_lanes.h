// Some neighbouring channels of a pixel as float32, whatever they are stored as. For sources of this folder.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "margay/core/vector_clones.h"

namespace margay::fused {

/// One value.
template <class Bits>
float widened(Bits bits) {
  return std::bit_cast<float>(uint32_t{bits} << (32 - 8 * sizeof(Bits)));
}

/// `n` values whose bits are stored as uint16_t (bfloat16) or uint32_t (float32).
template <class Bits, int n>
struct FloatLanes {
  typedef float Floats __attribute__((vector_size(n * sizeof(float))));
  typedef uint32_t Words __attribute__((vector_size(n * sizeof(uint32_t))));
  typedef Bits Stored __attribute__((vector_size(n * sizeof(Bits))));
  static constexpr int kShift = 32 - 8 * sizeof(Bits);

  MARGAY_INLINE static Floats load(const Bits* from) {
    Stored stored;
    std::memcpy(&stored, from, sizeof stored);
    return widened(stored);
  }

  MARGAY_INLINE static Floats widened(const Stored& stored) {
    return reinterpret_cast<Floats>(__builtin_convertvector(stored, Words) << kShift);
  }

  MARGAY_INLINE static Floats load_floats(const float* from) {
    Floats values;
    std::memcpy(&values, from, sizeof values);
    return values;
  }

  /// To the nearest bfloat16, of two as near to the even one; NaN stays NaN.
  MARGAY_INLINE static void store(const Floats& values, Bits* to) {
    Words words = reinterpret_cast<const Words&>(values);
    if constexpr (kShift > 0) {
      const Words rounded = (words + 0x7FFF + ((words >> kShift) & 1)) >> kShift;
      words = values == values ? rounded : Words{} + 0x7FC0;
    }
    const Stored stored = __builtin_convertvector(words, Stored);
    std::memcpy(to, &stored, sizeof stored);
  }

  MARGAY_INLINE static void store_floats(const Floats& values, float* to) {
    std::memcpy(to, &values, sizeof values);
  }
};

}  // namespace margay::fused
