// Loops that are compiled for several processors; the loader of the program picks one.
#pragma once

// Resolvers run before the sanitizers are ready.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define MARGAY_VECTOR_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MARGAY_VECTOR_CLONES
#endif

/// For what such a loop calls, which is then compiled for the same processors.
#define MARGAY_INLINE [[gnu::always_inline]] inline
