// Numbers of which the lowest byte comes first, at offsets that must exist.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace margay::image {

inline uint32_t little_u16(std::span<const uint8_t> bytes, size_t at) {
  return static_cast<uint32_t>(bytes[at] | bytes[at + 1] << 8);
}

inline uint32_t little_u32(std::span<const uint8_t> bytes, size_t at) {
  return little_u16(bytes, at) | little_u16(bytes, at + 2) << 16;
}

}  // namespace margay::image
