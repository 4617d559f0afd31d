// Vectors of 512 bits, and the products of pairs of bfloat16 that only newer processors have. For sources of
// this folder.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__)
#define MARGAY_HAS_AVX512 1
#pragma GCC diagnostic push
#if !defined(__clang__)
// GCC 12's header initialises registers with themselves.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#pragma GCC diagnostic ignored "-Wuninitialized"
#include <immintrin.h>
#pragma GCC diagnostic pop

/// For functions that run where `cpu_has_avx512`.
#define MARGAY_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq")))

namespace margay::fused {

// The instructions of AVX512_BF16, for where `cpu_has_bf16`. They are written out: what is compiled for them
// may have them anywhere, and float32 instances of the same templates run where the processor lacks them.

/// sum + a * b of both bfloat16 of each word.
MARGAY_AVX512 __attribute__((always_inline)) inline __m512 add_pair_products(__m512 sum, __m512i a,
                                                                             __m512i b) {
  asm("vdpbf16ps %2, %1, %0" : "+v"(sum) : "v"(a), "v"(b));
  return sum;
}

/// To the nearest bfloat16, of two as near to the even one.
MARGAY_AVX512 __attribute__((always_inline)) inline __m256i narrowed(__m512 values) {
  __m256i bits;
  asm("vcvtneps2bf16 %1, %0" : "=v"(bits) : "v"(values));
  return bits;
}
/// `first` and then `second`.
MARGAY_AVX512 __attribute__((always_inline)) inline __m512i narrowed(__m512 first, __m512 second) {
  __m512i bits;
  asm("vcvtne2ps2bf16 %2, %1, %0" : "=v"(bits) : "v"(second), "v"(first));
  return bits;
}

}  // namespace margay::fused

#endif
