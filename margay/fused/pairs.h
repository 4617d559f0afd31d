// Neighbours in one word, as the processor's dot products take them. For sources of this folder.
#pragma once

#include <cstdint>

#include "margay/fused/avx512.h"

namespace margay::fused {

#ifdef MARGAY_HAS_AVX512

/// Of the first `count` of 16 lanes; all where there are more.
inline uint16_t first_lanes(int64_t count) {
  return static_cast<uint16_t>(count >= 16 ? 0xFFFF : (1 << count) - 1);
}

/// out[i] = the pair of low[i] and high[i].
MARGAY_AVX512 inline void interleave(const uint16_t* low, const uint16_t* high, int64_t count,
                                     uint32_t* out) {
  for (int64_t i = 0; i < count; i += 16) {
    const __mmask16 mask = first_lanes(count - i);
    const __m512i a = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, low + i));
    const __m512i b = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, high + i));
    _mm512_mask_storeu_epi32(out + i, mask, _mm512_or_si512(a, _mm512_slli_epi32(b, 16)));
  }
}

#endif

}  // namespace margay::fused
