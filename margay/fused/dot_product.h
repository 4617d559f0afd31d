// The processor's dot products of pairs of bfloat16, where the compiler knows them. For sources of this
// folder.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__)
#define MARGAY_HAS_DOT_PRODUCT 1
#pragma GCC diagnostic push
// GCC 12's header initialises registers with themselves.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#include <immintrin.h>
#pragma GCC diagnostic pop
/// For functions that run where the processor has both AVX-512 and its bfloat16.
#define MARGAY_DOT_PRODUCT __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")))
#endif
