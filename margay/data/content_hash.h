// Which encoded pictures are the same, whatever their names.
#pragma once

#include <compare>
#include <cstdint>
#include <span>

namespace margay::data {

/// The first 128 bits of the SHA-256 of a file.
struct ContentHash {
  uint64_t high = 0;
  uint64_t low = 0;
  auto operator<=>(const ContentHash&) const = default;
};

ContentHash hash_content(std::span<const uint8_t> bytes);

}  // namespace margay::data
