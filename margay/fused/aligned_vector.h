// Values that begin with a line of the cache, so that no vector of 64 bytes lies in two.
#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace margay::fused {

/// Of memory that begins with such a line. Stateless.
template <class Value>
struct CacheLineAllocator {
  using value_type = Value;
  static constexpr std::align_val_t kAlignment{64};

  CacheLineAllocator() = default;
  template <class Other>
  CacheLineAllocator(const CacheLineAllocator<Other>&) {}

  Value* allocate(size_t count) {
    return static_cast<Value*>(::operator new(count * sizeof(Value), kAlignment));
  }
  void deallocate(Value* values, size_t) { ::operator delete(values, kAlignment); }

  friend bool operator==(CacheLineAllocator, CacheLineAllocator) { return true; }
};

/// A vector whose values begin with such a line.
template <class Value>
using AlignedVector = std::vector<Value, CacheLineAllocator<Value>>;

}  // namespace margay::fused
