// SHA-256: a fast hash would do for copies, but whoever makes pictures must not choose their side of a split.
#include "margay/data/content_hash.h"

#include "margay/core/sha256.h"

namespace margay::data {
namespace {

uint64_t big_endian(std::span<const uint8_t> bytes) {
  uint64_t number = 0;
  for (const uint8_t byte : bytes) number = number << 8 | byte;
  return number;
}

}  // namespace

ContentHash hash_content(std::span<const uint8_t> bytes) {
  const auto digest = sha256(bytes);
  return {big_endian(std::span(digest).subspan(0, 8)), big_endian(std::span(digest).subspan(8, 8))};
}

}  // namespace margay::data
