// Loops that are compiled for several processors; the loader of the program picks one.
#pragma once

// Resolvers run before the sanitizers are ready.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MARGAY_IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MARGAY_IS_SANITIZED 1
#endif
#endif

#if !defined(__x86_64__) || !defined(__GNUC__) || defined(MARGAY_IS_SANITIZED)
#define MARGAY_VECTOR_CLONES
#define MARGAY_VECTOR_CLONES_DECLARED
#define MARGAY_PIXEL_CLONES
#else

/// AVX2 without fused multiply-add: every clone gives the same numbers.
#define MARGAY_PIXEL_CLONES __attribute__((target_clones("avx2", "default")))

#if defined(__clang__)
// Clang knows no levels of the architecture here, and calls a function whose clones it does not see by a name
// that does not exist.
#define MARGAY_VECTOR_CLONES __attribute__((target_clones("avx512bw", "avx2", "default")))
#define MARGAY_VECTOR_CLONES_DECLARED MARGAY_VECTOR_CLONES
#else
#define MARGAY_VECTOR_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#define MARGAY_VECTOR_CLONES_DECLARED
#endif

#endif

/// For what such a loop calls, which is then compiled for the same processors.
#define MARGAY_INLINE [[gnu::always_inline]] inline
