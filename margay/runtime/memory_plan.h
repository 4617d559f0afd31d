// Where the intermediate values of a network lie in one block of memory.
#pragma once

#include <cstddef>
#include <vector>

namespace margay::runtime {

/// A value that must be kept from the operation that writes it to the last one that reads it, both included.
struct Lifetime {
  size_t size_bytes = 0;
  int first = 0;
  int last = 0;
};

/// Offsets, multiples of kBufferAlignment, at which values that live at the same time do not overlap.
struct MemoryPlan {
  std::vector<size_t> offsets;  ///< of each value
  size_t size_bytes = 0;        ///< of the block
};

inline constexpr size_t kBufferAlignment = 64;  ///< bytes, a cache line

/// Places the largest values first, each as low as those placed before allow (Pisarchyk & Lee 2020, greedy by
/// size).
MemoryPlan plan_memory(const std::vector<Lifetime>& values);

}  // namespace margay::runtime
