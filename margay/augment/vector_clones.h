// Loops over pixels, compiled for this processor's wider vectors too.
#pragma once

// AVX2 without fused multiply-add: every clone gives the same pixels.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define MARGAY_VECTOR_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define MARGAY_VECTOR_CLONES
#endif
