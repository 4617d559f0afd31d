// Which encoded pictures are the same, whatever their names.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace margay::data {

/// The first 128 bits of the SHA-256 of a file.
struct ContentHash {
  uint64_t high = 0;
  uint64_t low = 0;
  auto operator<=>(const ContentHash&) const = default;
};

ContentHash hash_content(std::span<const uint8_t> bytes);

/// 32 hexadecimal digits: what `sha256sum` begins with.
std::string to_hex(const ContentHash& hash);
/// The hash of such a text; nothing where it is none.
std::optional<ContentHash> content_from_hex(std::string_view text);

}  // namespace margay::data
