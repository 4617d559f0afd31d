// SHA-256: a fast hash would do for copies, but whoever makes pictures must not choose their side of a split.
#include "margay/data/content_hash.h"

#include <fmt/format.h>

#include <charconv>

#include "margay/core/sha256.h"

namespace margay::data {
namespace {

uint64_t big_endian(std::span<const uint8_t> bytes) {
  uint64_t number = 0;
  for (const uint8_t byte : bytes) number = number << 8 | byte;
  return number;
}

bool read_hex(std::string_view digits, uint64_t& number) {
  const char* end = digits.data() + digits.size();
  return std::from_chars(digits.data(), end, number, 16).ptr == end;
}

}  // namespace

ContentHash hash_content(std::span<const uint8_t> bytes) {
  const auto digest = sha256(bytes);
  return {big_endian(std::span(digest).subspan(0, 8)), big_endian(std::span(digest).subspan(8, 8))};
}

std::string to_hex(const ContentHash& hash) {
  return fmt::format("{:016x}{:016x}", hash.high, hash.low);
}

std::optional<ContentHash> content_from_hex(std::string_view text) {
  ContentHash hash;
  if (text.size() != 32 || !read_hex(text.substr(0, 16), hash.high) || !read_hex(text.substr(16), hash.low))
    return std::nullopt;
  return hash;
}

}  // namespace margay::data
