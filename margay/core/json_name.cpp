// Two names that differ in such bytes alone stay two.
#include "margay/core/json_name.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>

#include "margay/core/error.h"
#include "margay/core/printable.h"
#include "margay/core/unicode.h"

namespace margay {
namespace {

constexpr const char* kBytes = "_bytes";

std::string hex_digits(std::string_view bytes) {
  std::string digits;
  for (const char byte : bytes) digits += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return digits;
}

std::string bytes_of(std::string_view digits, std::string_view where) {
  std::string bytes;
  for (; !digits.empty(); digits.remove_prefix(std::min<size_t>(2, digits.size()))) {
    uint8_t byte = 0;
    const char* end = digits.data() + std::min<size_t>(2, digits.size());
    const auto [stopped, failure] = std::from_chars(digits.data(), end, byte, 16);
    require<FormatError>(failure == std::errc() && stopped == end && digits.size() >= 2, where,
                         "the bytes of a name are not pairs of hexadecimal digits");
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

}  // namespace

void append_name(Json& object, const std::string& key, std::string_view name) {
  if (is_utf8(name)) return append_member(object, key, name);
  append_member(object, key, printable(name));
  append_member(object, key + kBytes, hex_digits(name));
}

Json with_path(std::string_view path, const Json& others) {
  Json object = Json::object();
  append_name(object, "path", path);
  for (const auto& [key, value] : others.items()) append_member(object, key, value);
  return object;
}

std::string json_name(const Json& object, const std::string& key, std::string_view where) {
  const auto digits = json_value_or<std::string>(object, key + kBytes, "", where);
  return digits.empty() ? json_value<std::string>(object, key, where) : bytes_of(digits, where);
}

}  // namespace margay
