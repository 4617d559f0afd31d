// One pass over the bits, which the compiler vectorises.
#include "margay/core/finite.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "margay/core/vector_clones.h"

namespace margay {
namespace {

MARGAY_VECTOR_CLONES uint32_t largest_bits(const float* values, size_t count) {
  uint32_t largest = 0;
  for (size_t i = 0; i < count; ++i) {
    uint32_t bits;
    std::memcpy(&bits, values + i, sizeof bits);
    largest = std::max(largest, bits & 0x7fffffffu);
  }
  return largest;
}

}  // namespace

uint32_t largest_magnitude_bits(std::span<const float> values) {
  return largest_bits(values.data(), values.size());
}

bool all_finite(std::span<const float> values) {
  constexpr uint32_t kInfinity = 0x7f800000u;
  return largest_magnitude_bits(values) < kInfinity;
}

}  // namespace margay
